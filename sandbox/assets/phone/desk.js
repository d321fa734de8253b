// What lies beside the phone: whose it is, another one, the language, the ways to the faults and to the accounts.

import { h } from "./dom.js";
import { draw } from "./app.js";
import { chooseLanguage, currentLanguage, languages, readable, t } from "./texts.js";

const NAMES = { en: "English", is: "Íslenska", nb: "Norsk", pl: "Polski" };

/** The note on the desk; on a real phone it stands below the picker and the start screen. */
export function desk(app) {
  return [
    h("h2", { class: "desk-title" }, t("desk.title")),
    h("p", {}, t("desk.text")),
    app.screen
      ? h(
          "p",
          { class: "desk-phone" },
          h("span", { class: "faint" }, t("desk.phone")),
          h("strong", {}, readable(app.number)),
          h("span", {}, `${app.screen.person.name} ${app.screen.person.surname}`),
        )
      : null,
    tools(app, "desk"),
  ];
}

/** Language, another phone, faults, accounts. `where` keeps the ids apart: they stand on the desk and in the phone. */
export function tools(app, where) {
  return h(
    "div",
    { class: "tools" },
    app.number ? h("a", { href: "/phone" }, t("desk.another")) : null,
    h("a", { href: "/control" }, t("desk.control")),
    h("a", { href: "/" }, t("desk.accounts")),
    h(
      "div",
      { class: "languages", role: "group", "aria-label": t("language") },
      languages().map((one) =>
        h(
          "button",
          {
            id: `${where}-${one}`,
            lang: one,
            "aria-pressed": String(one === currentLanguage()),
            onclick: async () => {
              await chooseLanguage(one);
              draw();
            },
          },
          NAMES[one],
        ),
      ),
    ),
  );
}
