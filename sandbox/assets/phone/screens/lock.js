// The locked phone: the time, and what has arrived.

import { h, icon } from "../dom.js";
import { go } from "../app.js";
import { now } from "../countdown.js";
import { pushCard } from "../parts.js";
import { clockTime, longDate, t } from "../texts.js";

export function lock(app) {
  const waiting = app.screen.inbox;
  return {
    title: t("lock.title"),
    look: "lock",
    content: [
      h("h1", { class: "unseen", tabindex: "-1" }, t("lock.title")),
      h("p", { class: "lock-time" }, h("span", { "data-clock": true }, clockTime(now()))),
      h("p", { class: "lock-date" }, longDate(now())),
      waiting.length
        ? h(
            "ul",
            { class: "pushes" },
            waiting.map((one) => h("li", {}, pushCard(one, `push-${one.id}`, () => go(`request/${one.id}`)))),
          )
        : h("p", { class: "lock-none" }, t("lock.none")),
      h("button", { class: "unlock", id: "unlock", onclick: () => go("home") }, icon("up"), h("span", {}, t("skip.unlock"))),
    ],
  };
}
