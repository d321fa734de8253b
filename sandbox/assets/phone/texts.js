// The texts of the phone, and how amounts and dates are written.

const LANGUAGES = ["en", "pl", "nb", "is"];
/** What a browser may call a language that we have under another name. */
const ALSO = { no: "nb", nn: "nb" };
/** Languages that leave the texts of other countries' wallets to English. */
const PARTLY = ["nb", "is"];
const KEPT = "karfa-phone-language";
/** How each language writes dates and amounts; all show 24 hours. */
const WRITTEN = { pl: "pl-PL", en: "en-GB", nb: "nb-NO", is: "is-IS" };
/** How amounts are written; few browsers know Icelandic, which writes them as Danish does. */
const COUNTED = { ...WRITTEN, is: ["is-IS", "da-DK"] };
let table = {};
let language = "en";

/** Loads the language that the address asks for, else the one that was chosen before, else the browser's, else English. */
export async function loadTexts() {
  const asked = new URLSearchParams(location.search).get("lang");
  const named = [asked, stored(), ...navigator.languages].map((one) => one?.slice(0, 2));
  const wished = named.map((one) => ALSO[one] ?? one);
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
  const load = async (one) => (await fetch(`/phone/assets/texts.${one}.json`)).json();
  const [own, english] = await Promise.all([load(wished), PARTLY.includes(wished) ? load("en") : {}]);
  table = { ...english, ...own };
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

/** An amount in the smallest unit that its currency has: groszy, øre, cents, whole Icelandic krónur. */
export function money(minor, currency = "PLN") {
  const format = new Intl.NumberFormat(COUNTED[language], { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** A quantity, a text like "0.450". */
export const figure = (text) => new Intl.NumberFormat(COUNTED[language], { maximumFractionDigits: 8 }).format(Number(text));

/** A wire amount ("12.30" or 12.3) in groszy. */
export const minor = (amount) => Math.round(Number(amount ?? 0) * 100);

const dated = (options) => (time) => new Intl.DateTimeFormat(WRITTEN[language], options).format(new Date(time));
export const clockTime = dated({ hour: "2-digit", minute: "2-digit" });
export const longDate = dated({ weekday: "long", day: "numeric", month: "long" });
export const shortDate = dated({ day: "numeric", month: "short" });
export const dateAndTime = dated({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** Digits as people read them: +48 600 000 000, or 822 3281 without a country code. */
export function readable(number) {
  if (number.length === 7) return `${number.slice(0, 3)} ${number.slice(3)}`;
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
