// The texts of the phone, in Polish or English, and how amounts and dates are written.

const LANGUAGES = ["pl", "en"];
const KEPT = "karfa-phone-language";
/** How each language writes dates and amounts; a phone in Poland shows 24 hours in both. */
const WRITTEN = { pl: "pl-PL", en: "en-GB" };
let table = {};
let language = "en";

/** Loads the language that was chosen before, else the browser's, else English. */
export async function loadTexts() {
  const wished = [stored(), ...navigator.languages.map((one) => one.slice(0, 2))];
  await speak(wished.find((one) => LANGUAGES.includes(one)) ?? "en");
}

/** Changes the language, and keeps the choice. */
export async function chooseLanguage(wished) {
  await speak(wished);
  try {
    localStorage.setItem(KEPT, wished);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

async function speak(wished) {
  const answer = await fetch(`/phone/assets/texts.${wished}.json`);
  table = await answer.json();
  language = wished;
  document.documentElement.lang = wished;
}

function stored() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

export const languages = () => LANGUAGES;
export const currentLanguage = () => language;

/** The text of a key, with its blanks filled in. */
export function t(key, blanks = {}) {
  const text = table[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (blank, name) => blanks[name] ?? blank);
}

/** The text of a key, if there is one. */
export const known = (key, otherwise) => (key in table ? t(key) : otherwise);

/** One or many. */
export const counted = (key, n) => t(n === 1 ? `${key}.1` : `${key}.n`, { n });

/** An amount in groszy. */
export function money(minor, currency = "PLN") {
  return new Intl.NumberFormat(WRITTEN[language], { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(minor / 100);
}

/** A wire amount ("12.30" or 12.3) in groszy. */
export const minor = (amount) => Math.round(Number(amount ?? 0) * 100);

const dated = (options) => (time) => new Intl.DateTimeFormat(WRITTEN[language], options).format(new Date(time));
export const clockTime = dated({ hour: "2-digit", minute: "2-digit" });
export const longDate = dated({ weekday: "long", day: "numeric", month: "long" });
export const shortDate = dated({ day: "numeric", month: "short" });
export const dateAndTime = dated({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** Digits as people read them: +48 600 000 000. */
export function readable(number) {
  const code = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/.exec(number)?.[0] ?? "";
  return `+${code} ${number.slice(code.length).replace(/(\d{3})(?=\d)/g, "$1 ")}`.trim();
}

/** What went wrong, as a sentence: ours where we have one, the sandbox's own otherwise, and the shop's words. */
export function problemText(problem) {
  const sentence = known(`problem.${problem.code}`, problem.detail);
  const message = problem.shop_message;
  const detail = problem.code === "shop-answer-wrong" ? ` (${problem.detail})` : "";
  return message ? `${sentence} ${t("shop.says", { message })}` : sentence + detail;
}
