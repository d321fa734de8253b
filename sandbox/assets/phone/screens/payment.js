// A request to pay: how much, to whom, what for. Paid, cancelled, or left to lapse.

import { h } from "../dom.js";
import { tap } from "../app.js";
import { bar, button, callout, fact, lifeLine, sumLine, timeLeft, trouble } from "../parts.js";
import { figure, known, t } from "../texts.js";
import { amountText } from "../wallets.js";
import { answer } from "./answer.js";

/** What comes of paying: the bank may not know yet; Netgíró and the shop have a word in it. */
const PAID = {
  vipps: ({ unknown }) => (unknown ? "unknown" : "paid.vipps"),
  netgiro: ({ state }) => ({ paid: "paid.netgiro", cancelled: "declined" })[state] ?? "accepted",
};

/** Payments that this page has opened: the wallet hears of it once. */
const opened = new Set();

export function payment(app, one) {
  // Looking at a payment begins it in the wallet; from then on the shop cannot take it back.
  if (one.opened === false && !opened.has(one.id)) {
    opened.add(one.id);
    queueMicrotask(() => tap("POST", `/inbox/${encodeURIComponent(one.id)}`, { action: "open" }));
  }
  const price = amountText(one.amount);
  const title = t("payment.title", { shop: one.shop });
  const words = (what) => t(`payment.${what}.${one.provider}`, { price });
  const content = [
    bar(title, "#/home"),
    h("div", { class: "hero" }, h("p", { class: "hero-amount", id: "amount" }, price), one.description ? h("p", { class: "lead" }, one.description) : null),
    one.lines?.length ? receipt(one) : null,
    h("dl", { class: "facts" }, one.reference ? fact(t("payment.reference"), one.reference) : null, one.expires_at ? timeLeft(one.expires_at) : null),
    lifeLine(one),
    app.problem ? trouble(app) : one.refusal ? callout("error", known(`problem.${one.refusal}`, one.refusal)) : null,
    h(
      "div",
      { class: "actions" },
      button(app, "main", "approve", app.busy ? t("busy") : words("approve"), () => answer(one, { action: "approve" }, PAID[one.provider])),
      button(app, "quiet", "reject", words("reject"), () => answer(one, { action: "reject" }, () => "cancelled")),
    ),
  ];
  return { title, content };
}

function receipt({ lines, amount }) {
  const written = (value) => amountText({ currency: amount.currency, value });
  return h(
    "section",
    { class: "receipt", "aria-labelledby": "receipt-title" },
    h("h2", { id: "receipt-title" }, t("payment.receipt")),
    h("ul", {}, lines.map((line) => h("li", {}, h("span", {}, line.name, h("small", {}, quantity(line))), h("span", {}, written(line.value))))),
    h("dl", { class: "sum" }, sumLine(t("payment.total"), written(amount.value), "total")),
  );
}

/** `2 pcs`, `0.45 kg`, `3 ×`; a unit that we have no word for stays as it is, and one piece of something is just that. */
function quantity({ quantity: count, unit }) {
  if (!count || (!unit && Number(count) === 1)) return "";
  return `${figure(count)} ${unit ? known(`unit.${unit}`, unit.toLowerCase()) : "×"}`;
}
