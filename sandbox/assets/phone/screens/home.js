// The start screen of the app: what waits, the baskets, the orders. And the box that opens links and codes.

import { h, icon } from "../dom.js";
import { form, go, tap } from "../app.js";
import { tools } from "../desk.js";
import { bar, button, goods, picture, pieces, pushCard, trouble } from "../parts.js";
import { counted, known, minor, money, problemText, shortDate, t } from "../texts.js";
import { appCode, personalQr } from "./codes.js";
import { openAnew } from "./open.js";

const CODES = { vipps: personalQr, netgiro: appCode };

export function home(app) {
  const { inbox, baskets, orders, notices, signed_in: signedIn, person, wallets } = app.screen;
  const here = (wallet) => wallets.includes(wallet);
  const inpost = here("inpost") || baskets.length || orders.length;
  const content = [
    bar(t("home.hello", { name: person.name })),
    trouble(app),
    signedIn || !inpost ? null : signIn(app),
    ...notices.map((one) => notice(app, one)),
    inbox.length
      ? section(t("home.requests"), inbox.map((one) => h("li", {}, pushCard(one, `push-${one.id}`, () => go(`request/${one.id}`)))))
      : null,
    wallets.map((wallet) => CODES[wallet]?.(app)),
    inpost ? section(t("home.baskets"), baskets.map(basketCard), t("home.no_baskets")) : null,
    inpost ? section(t("home.orders"), orders.map(orderCard), t("home.no_orders")) : null,
    inpost ? offered(app) : null,
    scan(app),
    browsers(app),
    h(
      "footer",
      { class: "foot" },
      signedIn && inpost
        ? h("button", { class: "text-button", id: "sign-out", onclick: () => tap("POST", "/session", { signed_in: false }) }, t("home.sign_out"))
        : null,
      tools(app, "home"),
    ),
  ];
  return { title: t("app"), wallet: wallets.length === 1 ? wallets[0] : "", content };
}

const section = (title, items, nothing) =>
  h("section", { class: "group" }, h("h2", {}, title), items.length ? h("ul", { class: "cards" }, items) : h("p", { class: "nothing" }, nothing));

function signIn(app) {
  return h(
    "div",
    { class: "callout info" },
    icon("info"),
    h("span", {}, t("home.signed_out")),
    button(app, "small", "sign-in", t("home.sign_in"), () => tap("POST", "/session", { signed_in: true })),
  );
}

function notice(app, one) {
  const own = `notice.${one.code}`;
  const text = known(own, null) ? t(own, { shop: one.shop }) : `${one.shop}: ${problemText({ code: one.code, detail: one.text })}`;
  return h(
    "div",
    { class: "callout info" },
    icon("info"),
    h("span", {}, text),
    h(
      "button",
      { class: "round quiet", id: `notice-${one.id}`, "aria-label": t("notice.dismiss"), onclick: () => tap("DELETE", `/notices/${one.id}`) },
      icon("cross"),
    ),
  );
}

function basketCard({ inpost_basket_id: id, shop, basket }) {
  return h(
    "li",
    {},
    h(
      "a",
      { class: "card", id: `basket-${id}`, href: `#/basket/${encodeURIComponent(id)}` },
      h("span", { class: "pictures" }, basket.products.slice(0, 3).map(picture)),
      h("strong", {}, shop),
      h("span", { class: "faint" }, counted("basket.items", pieces(basket))),
      h("b", { class: "card-price" }, money(goods(basket).is)),
      icon("right", "icon card-go"),
    ),
  );
}

/** What shops offer in the app itself: a tap begins a basket. */
function offered(app) {
  const products = app.screen.hot_products;
  if (!products.length) return null;
  const begin = async ({ product_id: id, merchant }) => {
    const begun = await tap("POST", `/products/${encodeURIComponent(id)}`, { merchant });
    if (begun) go(`basket/${encodeURIComponent(begun.inpost_basket_id)}`);
  };
  return section(
    t("home.offered"),
    products.map((one) => {
      const { product_name: name, price } = one.product;
      return h(
        "li",
        { class: "line" },
        picture(one.product),
        h("div", { class: "line-text" }, h("strong", {}, name), h("span", { class: "faint" }, one.shop)),
        h("span", { class: "line-price" }, h("b", {}, money(minor(price.gross)))),
        button(app, "small", `begin-${one.merchant}-${one.product_id}`, t("home.begin"), () => begin(one), { "aria-label": t("home.begin_name", { name }) }),
      );
    }),
  );
}

function orderCard(order) {
  return h(
    "li",
    {},
    h(
      "a",
      { class: "card", id: `order-${order.order_id}`, href: `#/order/${encodeURIComponent(order.order_id)}` },
      h("span", { class: "card-sign" }, icon("box")),
      h("strong", {}, order.shop),
      h("span", { class: "faint" }, `${order.customer_order_id ?? order.order_id}, ${shortDate(order.made_at)}`),
      h("b", { class: "card-price" }, money(minor(order.total))),
      h("span", { class: `tag ${order.payment_status.toLowerCase()}` }, t(`paystate.${order.payment_status}`)),
      icon("right", "icon card-go"),
    ),
  );
}

function browsers(app) {
  const trusted = app.screen.trusted_browsers;
  if (!trusted.length) return null;
  return h(
    "details",
    { class: "more" },
    h("summary", {}, t("home.browsers")),
    h(
      "ul",
      { class: "plain" },
      trusted.map((one) =>
        h("li", {}, h("strong", {}, one.shop), " ", t("home.browser_since", { browser: one.description || t("request.unknown"), date: shortDate(one.since) })),
      ),
    ),
  );
}

/** The box for a link, or for the text of a code. */
function scan(app) {
  const typed = form("scan", () => ({ link: "" }));
  const open = (event) => {
    event.preventDefault();
    const link = typed.link.trim();
    if (!link) return;
    typed.link = "";
    openAnew(link);
  };
  return h(
    "form",
    { class: "group", onsubmit: open },
    h("label", { class: "title", for: "link" }, t("home.scan")),
    h(
      "div",
      { class: "inline" },
      h("input", { id: "link", autocomplete: "off", spellcheck: "false", value: typed.link, oninput: (event) => (typed.link = event.target.value) }),
      button(app, "small", "scan", t("home.scan_open"), null),
    ),
  );
}
