// The codes on the start screen: what the customer holds out to the cashier.

import { h, icon } from "../dom.js";
import { tap } from "../app.js";
import { left } from "../countdown.js";
import { callout, codeText } from "../parts.js";
import { t } from "../texts.js";
import { nameOf } from "../wallets.js";

/** The picture that is on the screen, kept over a new drawing: it is fetched once for each code. */
const pictures = {};

function picture(app, name, until, alt, look) {
  const src = `/phone/api/${app.number}/${name}.svg?until=${encodeURIComponent(until)}`;
  if (pictures[name]?.getAttribute("src") !== src) pictures[name] = h("img", { class: look, src });
  pictures[name].alt = alt;
  return pictures[name];
}

/** Vipps MobilePay's personal QR. */
export function personalQr(app) {
  const { personal_qr: text, personal_qr_expires_at: until } = app.screen;
  if (!text) return pass("vipps", callout("info", t("qr.none")));
  return pass(
    "vipps",
    h("h3", {}, t("qr.title")),
    h("p", { class: "faint" }, t("qr.text")),
    picture(app, "personal-qr", until, t("qr.alt"), "qr"),
    life(app, "personal-qr", until),
    codeText(app, "personal-qr-text", text, "pass-text"),
  );
}

/** Netgíró's app code, to be typed or scanned. */
export function appCode(app) {
  const { app_code: text, app_code_expires_at: until, app_code_barcode: barcode } = app.screen;
  if (!text) return pass("netgiro", callout("info", t("code.none")));
  return pass(
    "netgiro",
    h("h3", {}, t("code.title")),
    h("p", { class: "faint" }, t("code.text")),
    codeText(app, "app-code-text", text, "hero-code"),
    picture(app, "app-code", until, t("code.alt"), "barcode"),
    life(app, "app-code", until),
    barcode ? codeText(app, "app-code-barcode-text", barcode, "pass-text") : null,
  );
}

const pass = (wallet, ...content) =>
  h("section", { class: "pass", "data-wallet": wallet, "aria-labelledby": `pass-${wallet}` }, h("h2", { id: `pass-${wallet}` }, nameOf(wallet)), content);

/** How long the code is shown, and the way to a fresh one. */
const life = (app, name, until) =>
  h(
    "p",
    { class: "pass-life" },
    h("span", {}, t("code.left"), " ", h("span", { class: "time-left", "data-until": until }, left(until).text)),
    h("button", { class: "chip", id: `${name}-renew`, onclick: () => tap("POST", `/${name}`) }, icon("renew"), t("code.renew")),
  );
