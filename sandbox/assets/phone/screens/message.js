// A text message: its words, its code in large figures, and what it asks for.

import { h } from "../dom.js";
import { go, look, tap } from "../app.js";
import { bar, button, codeText, trouble } from "../parts.js";
import { dateAndTime, t } from "../texts.js";
import { nameOf } from "../wallets.js";

export function message(app, one) {
  const does = async (action) => {
    if (!(await tap("POST", `/inbox/${encodeURIComponent(one.id)}`, { action }))) return;
    await look();
    // With the app installed the request itself is here, in the message's place.
    if (action === "dismiss") go("home", true);
  };
  const title = t("sms.title", { wallet: nameOf(one.provider) });
  const content = [
    bar(title, "#/home"),
    h(
      "div",
      { class: "bubble-line" },
      h("p", { class: "bubble" }, one.text),
      one.received_at ? h("p", { class: "faint" }, dateAndTime(one.received_at)) : null,
    ),
    one.code ? h("div", { class: "hero panel" }, h("p", { class: "faint" }, t("sms.tell")), codeText(app, "sms-code", one.code, "hero-code")) : null,
    trouble(app),
    h(
      "div",
      { class: "actions" },
      one.install ? button(app, "main", "install", app.busy ? t("busy") : t("sms.install"), () => does("install")) : null,
      button(app, "quiet", "dismiss", t("sms.dismiss"), () => does("dismiss")),
    ),
  ];
  return { title, content };
}
