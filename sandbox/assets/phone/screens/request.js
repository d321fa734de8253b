// One request: approve, sign in and approve, reject, or let it lapse.

import { h, icon } from "../dom.js";
import { app as state, draw, form, go, look, tap } from "../app.js";
import { left } from "../countdown.js";
import { bar, button, callout, trouble } from "../parts.js";
import { known, t } from "../texts.js";

const LIFE_S = 600;

/** What was asked for: shown until its answer is, even if the stream is quicker to say that it has gone. */
const seen = new Map();

export function request(app, id) {
  const one = app.screen.inbox.find((each) => each.id === id) ?? (app.holding === id ? seen.get(id) : undefined);
  if (!one) return gone();
  seen.set(id, one);
  const chosen = form(`request/${id}`, () => ({ trust: false }));
  const waiting = left(one.expires_at);
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
      h("div", {}, h("dt", {}, t("request.left")), h("dd", { class: "time-left", "data-until": one.expires_at }, waiting.text)),
    ),
    h("progress", { class: "left", max: LIFE_S, value: waiting.seconds, "data-until": one.expires_at, "aria-hidden": "true" }),
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

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));

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

function gone() {
  return {
    title: t("gone.title"),
    content: [
      bar(t("gone.title"), "#/home"),
      h("div", { class: "outcome" }, h("span", { class: "outcome-sign muted" }, icon("clock")), h("p", {}, t("gone.text"))),
      h("div", { class: "actions" }, h("a", { class: "button main", id: "home", href: "#/home" }, t("home.go"))),
    ],
  };
}
