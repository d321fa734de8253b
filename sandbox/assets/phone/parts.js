// Pieces that several screens are made of.

import { h, icon } from "./dom.js";
import { draw, say } from "./app.js";
import { left, now } from "./countdown.js";
import { minor, money, problemText, t } from "./texts.js";
import { announced, appName, signOf } from "./wallets.js";

/** A request lives so long where nothing else is known, ten minutes. */
const LIFE_S = 600;

/** The bar on top: where back leads to, and the screen's name. */
export function bar(title, back) {
  return h(
    "header",
    { class: "bar" },
    back === undefined ? null : h("a", { class: "round quiet", id: "back", href: back, "aria-label": t("back") }, icon("back")),
    h("h1", { tabindex: "-1" }, title),
  );
}

/** What went wrong with the last tap. */
export function trouble(app) {
  return app.problem ? h("p", { class: "callout error", role: "alert" }, icon("warn"), h("span", {}, problemText(app.problem))) : null;
}

/** A sentence with a sign. */
export const callout = (kind, text) =>
  h("p", { class: `callout ${kind}` }, icon(kind === "error" ? "warn" : "info"), h("span", {}, text));

/** A button that waits while a tap is on its way. */
export function button(app, look, id, label, onclick, extra = {}) {
  return h(
    "button",
    { class: `button ${look}`, id, onclick, "aria-disabled": app.busy ? "true" : null, ...extra },
    app.busy && look.includes("main") ? h("span", { class: "spinner", "aria-hidden": "true" }) : null,
    h("span", {}, label),
  );
}

/** How long ago, as a notification says it. */
function ago(time) {
  const minutes = Math.floor((now() - Date.parse(time)) / 60000);
  return minutes < 1 ? t("lock.now") : t("lock.minutes", { n: minutes });
}

/** A request as a notification that opens it. */
export function pushCard(one, id, onclick) {
  const { title, text } = announced(one);
  return h(
    "button",
    { class: "push", id, onclick, "data-wallet": one.provider },
    h("span", { class: "push-sign" }, icon(signOf(one))),
    h("span", { class: "push-app" }, appName(one)),
    h("span", { class: "push-when" }, one.received_at ? ago(one.received_at) : ""),
    h("strong", { class: "push-title" }, title),
    h("span", { class: "push-text" }, text),
  );
}

/** A name and its value, in a list of facts. */
export const fact = (name, value, properties = {}) => h("div", {}, h("dt", {}, name), h("dd", properties, value));

/** The time that is left, as a fact. */
export function timeLeft(until) {
  return fact(t("request.left"), left(until).text, { class: "time-left", "data-until": until });
}

/** How much of a request's life is left, as a line that grows shorter. */
export function lifeLine({ received_at: since, expires_at: until }) {
  if (!until) return null;
  const whole = since ? (Date.parse(until) - Date.parse(since)) / 1000 : LIFE_S;
  return h("progress", { class: "left", max: whole, value: left(until).seconds, "data-until": until, "aria-hidden": "true" });
}

/** A code that a person reads and a developer copies. */
export function codeText(app, id, text, look) {
  const copied = app.copied === text;
  return h(
    "p",
    { class: "code-line" },
    h("code", { class: look, id }, text),
    h("button", { class: "round", id: `${id}-copy`, "aria-label": t(copied ? "copied" : "copy"), title: t(copied ? "copied" : "copy"), onclick: () => copy(app, text, id) }, icon(copied ? "check" : "copy")),
  );
}

async function copy(app, text, id) {
  try {
    await navigator.clipboard.writeText(text);
    app.copied = text;
    say(t("copied"));
    draw();
  } catch {
    // Without a clipboard the text is marked, to be copied by hand.
    getSelection()?.selectAllChildren(document.getElementById(id));
  }
}

/** A screen with one sign, a sentence and the way back. */
export function plainScreen(title, sign, text, look = "muted") {
  return {
    title,
    content: [
      bar(title, "#/home"),
      h("div", { class: "outcome" }, h("span", { class: `outcome-sign ${look}` }, icon(sign)), h("p", {}, text)),
      h("div", { class: "actions" }, h("a", { class: "button main", id: "home", href: "#/home" }, t("home.go"))),
    ],
  };
}

/** A link out of the app, where there is one that can be followed. */
export const link = (href, label) =>
  /^https?:\/\//.test(href ?? "") ? h("a", { href, target: "_blank", rel: "noreferrer" }, label || href) : null;

/** A labelled field; what is typed goes into `chosen[name]`. */
export const field = (chosen, name, id, label, properties = {}) =>
  h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    h("input", { id, autocomplete: "off", value: chosen[name], oninput: (event) => (chosen[name] = event.target.value), ...properties }),
  );

/** A product's picture; where there is none, its first letter. */
export function picture(product) {
  const letter = () => h("span", { class: "picture letter", "aria-hidden": "true" }, (product.product_name ?? "?").slice(0, 1));
  if (!/^https?:\/\//.test(product.product_image ?? "")) return letter();
  const image = h("img", { class: "picture", src: product.product_image, alt: "", loading: "lazy", width: "64", height: "64" });
  image.addEventListener("error", () => image.replaceWith(letter()));
  return image;
}

/** What one line of a basket costs: a piece times the number of pieces, or the price of the whole quantity. */
export function linePrice(product) {
  const count = product.quantity.quantity_type === "DECIMAL" ? 1 : Number(product.quantity.quantity);
  const was = Math.round(minor(product.base_price.gross) * count);
  const is = product.promo_price ? Math.round(minor(product.promo_price.gross) * count) : was;
  return { was, is };
}

/** What the goods of a basket cost. */
export function goods(basket) {
  const { basket_base_price: base, basket_promo_price: promo, basket_final_price: final } = basket.summary;
  return { was: minor(base.gross), is: minor((final ?? promo ?? base).gross) };
}

/** How many pieces are in a basket; a weighed product is one. */
export const pieces = (basket) =>
  basket.products.reduce((sum, one) => sum + (one.quantity.quantity_type === "DECIMAL" ? 1 : Number(one.quantity.quantity)), 0);

/** A line of a sum. */
export const sumLine = (label, amount, look = "") =>
  h("div", { class: `sum-line ${look}` }, h("dt", {}, label), h("dd", {}, typeof amount === "number" ? money(amount) : amount));

/** A delivery in words: how, what it costs. */
export function deliveryName(kind) {
  const name = t(`delivery.${kind}`);
  return name === `delivery.${kind}` ? kind : name;
}

/** A way to pay in words. */
export function paymentName(kind) {
  const name = t(`pay.${kind}`);
  return name === `pay.${kind}` ? kind.replaceAll("_", " ").toLowerCase() : name;
}

/** The field for a BLIK code, with the test codes to tap. */
export function blikField(chosen, redraw) {
  const set = (code) => {
    chosen.blik = code.replace(/\D/g, "").slice(0, 6);
  };
  return h(
    "div",
    { class: "blik" },
    h("label", { for: "blik" }, t("checkout.blik")),
    h("input", {
      id: "blik",
      inputmode: "numeric",
      autocomplete: "one-time-code",
      maxlength: "7",
      "aria-describedby": "blik-hint",
      value: chosen.blik,
      oninput: (event) => set(event.target.value),
    }),
    h("p", { class: "faint", id: "blik-hint" }, t("checkout.blik_hint")),
    h(
      "ul",
      { class: "chips" },
      ["777111", "500500", "700701", "700702", "700703"].map((code) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              class: "chip",
              id: `blik-${code}`,
              onclick: () => {
                set(code);
                redraw();
              },
            },
            h("b", {}, code),
            ` ${t(`blik.${code}`)}`,
          ),
        ),
      ),
    ),
  );
}
