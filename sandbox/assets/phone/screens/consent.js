// A request to share one's data with a shop, for its customer club. The words on the till have to be the same as here.

import { h } from "../dom.js";
import { draw, form } from "../app.js";
import { bar, button, lifeLine, timeLeft, trouble } from "../parts.js";
import { known, t } from "../texts.js";
import { answer } from "./answer.js";

/** Scopes that say nothing of a person, or are shown as the boxes below. */
const UNSAID = ["openid", "api_version_2", "delegatedConsents"];

export function consent(app, one) {
  const asked = one.consents ?? [];
  const chosen = form(`request/${one.id}`, () => ({ accepted: new Set(), wrong: false }));
  const title = t("consent.title", { shop: one.shop });
  const approve = () => {
    chosen.wrong = asked.some(({ id, required }) => required && !chosen.accepted.has(id));
    if (chosen.wrong) return draw();
    const consents = asked.map(({ id }) => ({ id, accepted: chosen.accepted.has(id) }));
    return answer(one, { action: "approve", consents }, () => "consented");
  };
  const content = [
    bar(title, "#/home"),
    h("p", { class: "lead" }, t("consent.text", { shop: one.shop })),
    one.binding_message
      ? h(
          "div",
          { class: "hero panel" },
          h("p", { class: "faint" }, t("consent.same")),
          h("p", { class: "hero-code", id: "binding-message" }, one.binding_message),
        )
      : null,
    shared(one),
    asked.length
      ? h("fieldset", { class: "options" }, h("legend", {}, t("consent.asked")), asked.map((each) => box(each, chosen)))
      : null,
    one.expires_at ? h("dl", { class: "facts" }, timeLeft(one.expires_at)) : null,
    lifeLine(one),
    chosen.wrong ? h("p", { class: "wrong", role: "alert" }, t("checkout.consent_missing")) : trouble(app),
    h(
      "div",
      { class: "actions" },
      button(app, "main", "approve", app.busy ? t("busy") : t("consent.approve"), approve),
      button(app, "quiet", "reject", t("consent.reject"), () => answer(one, { action: "reject" }, () => "unconsented")),
    ),
  ];
  return { title, content };
}

/** What the shop will know. */
function shared({ scopes = [], shop }) {
  const named = scopes.filter((scope) => !UNSAID.includes(scope));
  if (!named.length) return null;
  return h(
    "section",
    { class: "group" },
    h("h2", {}, t("consent.shared", { shop })),
    h("ul", { class: "chips" }, named.map((scope) => h("li", { class: "chip on" }, known(`scope.${scope}`, scope)))),
  );
}

const box = ({ id, text, required }, chosen) =>
  h(
    "label",
    { class: "option" },
    h("input", {
      type: "checkbox",
      id: `consent-${id}`,
      checked: chosen.accepted.has(id),
      onchange: (event) => (event.target.checked ? chosen.accepted.add(id) : chosen.accepted.delete(id)),
    }),
    h("span", { class: "option-text" }, text, required ? h("small", {}, t("checkout.required")) : null),
  );
