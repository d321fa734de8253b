// A link into the app, or a scanned code, opens: the request it leads to, or why there is none.

import { h, icon } from "../dom.js";
import { app as state, draw, go, look, tap } from "../app.js";
import { bar, trouble } from "../parts.js";
import { t } from "../texts.js";

/** The link that is being opened. */
let opening = null;

/** Opens a link, even one that could not be opened before. */
export function openAnew(link) {
  opening = null;
  go(`open/${encodeURIComponent(link)}`);
}

export function open(app, link) {
  if (opening !== link) {
    opening = link;
    queueMicrotask(() => follow(link));
  }
  return {
    title: t("open.title"),
    content: [
      bar(t("open.title"), "#/home"),
      app.problem
        ? trouble(app)
        : h("div", { class: "outcome" }, h("span", { class: "outcome-sign muted" }, icon("scan")), h("p", { role: "status" }, t("busy"))),
      app.problem ? h("div", { class: "actions" }, h("a", { class: "button main", id: "home", href: "#/home" }, t("home.go"))) : null,
    ],
  };
}

async function follow(link) {
  const opened = await tap("POST", "/scan", { link: link ?? "" });
  if (!opened) {
    draw();
    return;
  }
  await look();
  opening = null;
  // The code of a till knows now who stands there; there is nothing to answer.
  if (opened.state === "CHECKED_IN") {
    state.outcome = { kind: "checked_in", wallet: "vipps", shop: opened.location };
    go("outcome", true);
    return;
  }
  go(opened.inbox_id ? `request/${opened.inbox_id}` : `basket/${encodeURIComponent(opened.inpost_basket_id)}`, true);
}
