// A link into the app, or a scanned code, opens: the request it leads to, or why there is none.

import { h, icon } from "../dom.js";
import { draw, go, look, tap } from "../app.js";
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
  go(opened.inbox_id ? `request/${opened.inbox_id}` : `basket/${encodeURIComponent(opened.inpost_basket_id)}`, true);
}
