// Whose phone is it?

import { h } from "../dom.js";
import { app, draw, form } from "../app.js";
import { tools } from "../desk.js";
import { counted, readable, t } from "../texts.js";
import { nameOf } from "../wallets.js";

/** Ordinary customers, a few of each wallet. */
const SUGGESTED = {
  inpost: ["48600000000", "48600000001"],
  vipps: ["4791234567", "4520123456", "358401234567"],
  netgiro: ["8223281", "6112345"],
};
const EXPLAINED = { "not signed in": "picker.signed_out", "no answer for 60 s": "picker.slow" };

/** Digits with country code; nine digits are a Polish number. */
function digits(text) {
  const typed = text.replace(/[\s()+-]/g, "").replace(/^00/, "");
  if (!/^\d+$/.test(typed)) return null;
  const number = typed.length === 9 ? `48${typed}` : typed;
  return /^[1-9]\d{6,14}$/.test(number) ? number : null;
}

/** Where a phone is; with a link that it is to open. */
const phoneAt = (number) => `/phone/${number}${app.link ? `#/open/${encodeURIComponent(app.link)}` : ""}`;

const entry = (number, note) =>
  h("li", {}, h("a", { class: "row tall", href: phoneAt(number) }, h("span", {}, readable(number)), note ? h("small", {}, note) : null));

const group = (title, entries) => (entries.length ? [h("h2", {}, title), h("ul", { class: "rows" }, entries)] : []);

/** The phones that fail on purpose, folded up by wallet: `Netgíró: no credit` is one of Netgíró's, without a name it is InPost's. */
function failing(special) {
  const wallets = new Map();
  for (const { number, what } of special) {
    const [, wallet = nameOf("inpost"), fate] = /^(?:(\p{L}[\p{L} ]*): )?(.*)$/u.exec(what);
    const entries = wallets.get(wallet) ?? wallets.set(wallet, []).get(wallet);
    entries.push(entry(number, EXPLAINED[fate] ? t(EXPLAINED[fate]) : fate));
  }
  if (!wallets.size) return [];
  const folded = ([wallet, entries]) => h("details", { class: "more" }, h("summary", {}, wallet), h("ul", { class: "rows" }, entries));
  return [h("h2", {}, t("picker.special")), h("div", {}, [...wallets].map(folded))];
}

export function picker() {
  const typed = form("picker", () => ({ number: "", wrong: false }));
  const submit = (event) => {
    event.preventDefault();
    const number = digits(typed.number);
    typed.wrong = number === null;
    if (number) location.href = phoneAt(number);
    else draw();
  };
  const { phones = [], special = [] } = app.phones ?? {};
  const recent = phones.map((one) => entry(one.number, one.waiting ? counted("picker.waiting", one.waiting) : ""));
  // Whose link it is wants one of its own customers.
  const asked = app.link?.includes("qr.vipps.no") ? "vipps" : "inpost";
  const wallets = Object.entries(SUGGESTED).sort(([one], [other]) => Number(other === asked) - Number(one === asked));
  const suggested = wallets.flatMap(([wallet, numbers]) => numbers.map((one) => [one, wallet]));
  const used = new Set(phones.map((one) => one.number));
  const content = [
    h("h1", { tabindex: "-1", class: "display-title" }, t("picker.title")),
    h("p", { class: "lead" }, t(app.link ? "picker.link" : "picker.text")),
    h(
      "form",
      { class: "stack", onsubmit: submit, novalidate: true },
      h("label", { for: "number" }, t("picker.label")),
      h("input", {
        id: "number",
        type: "tel",
        inputmode: "tel",
        autocomplete: "off",
        value: typed.number,
        "aria-describedby": typed.wrong ? "number-wrong" : "number-hint",
        "aria-invalid": typed.wrong ? "true" : null,
        oninput: (event) => (typed.number = event.target.value),
      }),
      typed.wrong
        ? h("p", { class: "wrong", id: "number-wrong", role: "alert" }, t("picker.wrong"))
        : h("p", { class: "faint", id: "number-hint" }, t("picker.example")),
      h("button", { class: "button main", id: "open" }, t("picker.open")),
    ),
    ...group(t("picker.recent"), recent),
    ...group(t("picker.suggested"), suggested.filter(([one]) => !used.has(one)).map(([one, wallet]) => entry(one, nameOf(wallet)))),
    ...failing(special),
    h("footer", { class: "foot" }, tools(app, "picker")),
  ];
  return { title: t("picker.title"), content };
}
