// A request to link a basket: approve, sign in and approve, reject, or let it lapse.

import { h } from "../dom.js";
import { app as state, draw, form, go, look, tap } from "../app.js";
import { bar, button, callout, fact, lifeLine, timeLeft, trouble } from "../parts.js";
import { known, t } from "../texts.js";

export function link(app, one) {
  const chosen = form(`request/${one.id}`, () => ({ trust: false }));
  const approve = one.sign_in_required ? t("request.sign_in") : t("request.approve");
  const content = [
    bar(t("request.title"), "#/home"),
    h("p", { class: "lead" }, t("request.text", { shop: one.shop })),
    h(
      "dl",
      { class: "facts" },
      fact(t("request.shop"), one.shop),
      fact(t("request.browser"), one.browser || t("request.unknown")),
      fact(t("request.place"), known(`place.${one.binding_place}`, one.binding_place)),
      timeLeft(one.expires_at),
    ),
    lifeLine(one),
    one.sign_in_required ? callout("info", t("request.signed_out")) : null,
    app.problem ? trouble(app) : one.failed ? callout("error", t("request.failed")) : null,
    h(
      "label",
      { class: "switch" },
      h("span", { class: "switch-text" }, h("strong", {}, t("request.trust")), h("small", {}, t("request.trust_text"))),
      h("input", {
        type: "checkbox",
        role: "switch",
        id: "trust",
        checked: chosen.trust,
        onchange: (event) => (chosen.trust = event.target.checked),
      }),
    ),
    h(
      "div",
      { class: "actions" },
      button(app, "main", "approve", app.busy ? t("busy") : approve, () => answer(one, "approve", chosen)),
      button(app, "quiet", "reject", t("request.reject"), () => answer(one, "reject", chosen)),
    ),
  ];
  return { title: t("request.title"), content };
}

async function answer(one, action, chosen) {
  const body = { action };
  if (action === "approve") Object.assign(body, { trust_browser: chosen.trust, sign_in: one.sign_in_required });
  state.holding = one.id;
  const answered = await tap("POST", `/inbox/${one.id}`, body);
  const problem = state.problem;
  if (answered && action === "approve") {
    state.outcome = { kind: "linked", shop: one.shop, id: answered.inpost_basket_id };
  } else if (answered) {
    state.outcome = { kind: "rejected", shop: one.shop };
  } else if (["shop-refused", "shop-answer-wrong"].includes(problem?.code)) {
    state.outcome = { kind: "unlinked", problem };
  }
  const told = answered || (problem && state.outcome?.problem === problem);
  if (told) await look();
  state.holding = null;
  if (told) go("outcome", true);
  else draw();
}
