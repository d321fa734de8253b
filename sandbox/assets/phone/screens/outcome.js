// What came of the last tap: linked, not linked, rejected, paid, ordered.

import { h, icon } from "../dom.js";
import { bar } from "../parts.js";
import { money, problemText, t } from "../texts.js";
import { amountText } from "../wallets.js";
import { home } from "./home.js";

const SIGNS = {
  linked: "check",
  paid: "check",
  cod: "check",
  rejected: "cross",
  unlinked: "warn",
  "paid.vipps": "check",
  "paid.netgiro": "check",
  accepted: "check",
  declined: "warn",
  unknown: "clock",
  checked_in: "check",
  cancelled: "cross",
  refused: "warn",
  consented: "check",
  unconsented: "cross",
};

export function outcome(app) {
  const came = app.outcome;
  // After a reload there is nothing to tell any more.
  if (!came) return home(app);
  const price = came.amount ? amountText(came.amount) : came.total === undefined ? "" : money(came.total);
  const text = came.problem ? problemText(came.problem) : t(`${came.kind}.text`, { shop: came.shop, number: came.number, price });
  return {
    title: t(`${came.kind}.title`),
    wallet: came.wallet,
    content: [
      bar(t(`${came.kind}.title`), "#/home"),
      h(
        "div",
        { class: "outcome" },
        h("span", { class: `outcome-sign ${SIGNS[came.kind] === "check" ? "good" : "muted"}` }, icon(SIGNS[came.kind])),
        h("p", {}, text),
      ),
      h("div", { class: "actions" }, next(app, came), h("a", { class: "button quiet", id: "home", href: "#/home" }, t("home.go"))),
    ],
  };
}

function next(app, came) {
  if (came.kind === "linked") return h("a", { class: "button main", id: "next", href: `#/basket/${encodeURIComponent(came.id)}` }, t("linked.open"));
  if (came.order) return h("a", { class: "button main", id: "next", href: `#/order/${encodeURIComponent(came.order)}` }, t("order.open"));
  // A page of the shop's; a shop's app cannot be opened from here.
  if (/^https?:/.test(came.back ?? "")) return h("a", { class: "button main", id: "next", href: came.back }, t("payment.back"));
  // A payment that was refused may still wait for another try.
  const again = came.kind === "refused" && app.screen.inbox.some((one) => one.id === came.id);
  return again ? h("a", { class: "button main", id: "next", href: `#/request/${encodeURIComponent(came.id)}` }, t("refused.again")) : null;
}
