// A text message: its words, its code in large figures, and what it asks for.

import { h } from "../dom.js";
import { go, look, tap } from "../app.js";
import { bar, button, codeText, trouble } from "../parts.js";
import { dateAndTime, t } from "../texts.js";
import { walletName } from "../wallets.js";

export function message(app, one) {
  const does = async (action) => {
    if (!(await tap("POST", `/inbox/${encodeURIComponent(one.id)}`, { action }))) return;
    await look();
    go("home", true);
  };
  const content = [
    bar(one.title, "#/home"),
    h(
      "div",
      { class: "bubble-line" },
      h("p", { class: "bubble" }, one.text),
      h("p", { class: "faint" }, [walletName(one), one.received_at ? dateAndTime(one.received_at) : null].filter(Boolean).join(", ")),
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
  return { title: one.title, content };
}
