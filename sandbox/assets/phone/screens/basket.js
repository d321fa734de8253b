// One basket: its products, their number, discount codes, what goes with them, the sum.

import { h, icon } from "../dom.js";
import { draw, form, go, say, tap } from "../app.js";
import { bar, button, callout, goods, linePrice, link, picture, sumLine, trouble } from "../parts.js";
import { dateAndTime, minor, money, shortDate, t } from "../texts.js";

export function basket(app, id) {
  const held = app.screen.baskets.find((one) => one.inpost_basket_id === id);
  if (!held) return gone(app, id);
  const { basket: document_, shop } = held;
  const about = `/baskets/${encodeURIComponent(id)}`;
  const change = async (event) => {
    const changed = await tap("POST", `${about}/events`, event);
    if (changed?.basket_notice) say(changed.basket_notice.description);
  };
  const content = [
    bar(t("basket.at", { shop }), "#/home"),
    trouble(app),
    noticeOf(document_),
    document_.products.length
      ? h("ul", { class: "lines" }, document_.products.map((one) => line(app, one, change, isOmnibus(document_))))
      : h("p", { class: "nothing" }, t("basket.empty")),
    promoCodes(app, document_, change),
    offers(app, document_, change),
    related(app, document_, change),
    sum(document_),
    h("p", { class: "faint" }, t("basket.until", { date: dateAndTime(held.expires_at) })),
    h(
      "div",
      { class: "actions" },
      document_.products.length
        ? h("a", { class: "button main", id: "checkout", href: `#/checkout/${encodeURIComponent(id)}` }, t("basket.checkout"))
        : null,
      h("button", { class: "text-button danger", id: "delete", onclick: () => document.getElementById("delete-dialog").showModal() }, t("basket.delete")),
    ),
    deleteDialog(shop, about),
  ];
  return { title: t("basket.title"), content };
}

function gone(app, id) {
  const ordered = app.screen.orders.find((one) => one.inpost_basket_id === id);
  return {
    title: t("basket.gone_title"),
    content: [
      bar(t("basket.gone_title"), "#/home"),
      h("div", { class: "outcome" }, h("span", { class: "outcome-sign muted" }, icon("basket")), h("p", {}, t("basket.gone_text"))),
      h(
        "div",
        { class: "actions" },
        ordered ? h("a", { class: "button main", id: "next", href: `#/order/${encodeURIComponent(ordered.order_id)}` }, t("order.open")) : null,
        h("a", { class: "button quiet", id: "home", href: "#/home" }, t("home.go")),
      ),
    ],
  };
}

/** The shop's notice about the last change or the last order. */
export function noticeOf(document_) {
  const notice = document_.summary.basket_notice;
  return notice ? callout(notice.type === "ERROR" ? "error" : "info", notice.description) : null;
}

/** A code that lowers prices: the law asks for the lowest one of the last 30 days beside them. */
const isOmnibus = (document_) => (document_.promo_codes ?? []).some((one) => one.regulation_type === "OMNIBUS");

function line(app, product, change, omnibus) {
  const { product_id: id, product_name: name, quantity, product_attributes: attributes = [], variants = [] } = product;
  const { was, is } = linePrice(product);
  const count = Number(quantity.quantity);
  const whole = quantity.quantity_type !== "DECIMAL";
  const step = whole ? 1 : 0.5;
  const most = Math.min(Number(quantity.available_quantity ?? Infinity), Number(quantity.max_quantity ?? Infinity));
  const set = (wished) =>
    change({
      event_type: "PRODUCTS_QUANTITY",
      quantity_event_data: [{ product_id: id, quantity: { ...quantity, quantity: Math.max(0, Math.round(wished * 1000) / 1000) } }],
    });
  const details = [
    ...(attributes ?? []).map((one) => `${one.attribute_name}: ${one.attribute_value}`),
    ...(variants ?? []).map((one) => one.variant_name),
  ].filter(Boolean);
  return h(
    "li",
    { class: "line" },
    picture(product),
    h(
      "div",
      { class: "line-text" },
      h("strong", {}, name),
      details.length ? h("span", { class: "faint" }, details.join(", ")) : null,
      product.lowest_price && (is < was || omnibus) ? h("span", { class: "faint" }, t("basket.lowest", { price: money(minor(product.lowest_price.gross)) })) : null,
    ),
    h("span", { class: "line-price" }, is < was ? h("s", {}, money(was)) : null, h("b", {}, money(is))),
    h(
      "div",
      { class: "stepper", role: "group", "aria-label": t("basket.quantity", { name }) },
      h(
        "button",
        {
          id: `less-${id}`,
          "aria-label": t(count <= step ? "basket.remove" : "basket.less", { name }),
          "aria-disabled": app.busy ? "true" : null,
          onclick: () => set(count - step),
        },
        icon(count <= step ? "trash" : "minus"),
      ),
      h("output", {}, `${count} ${quantity.quantity_unit || t("basket.pieces")}`),
      h(
        "button",
        {
          id: `more-${id}`,
          "aria-label": t("basket.more", { name }),
          "aria-disabled": app.busy || count + step > most ? "true" : null,
          onclick: () => count + step <= most && set(count + step),
        },
        icon("plus"),
      ),
    ),
  );
}

function codeList(document_) {
  return (document_.promo_codes ?? []).map(({ name, promo_code_value: value }) => (name ? { name, promo_code_value: value } : { promo_code_value: value }));
}

function promoCodes(app, document_, change) {
  const used = codeList(document_);
  const typed = form("promo", () => ({ code: "" }));
  const setCodes = (codes) => change({ event_type: "PROMO_CODES", promo_codes_event_data: codes });
  const add = async (event) => {
    event.preventDefault();
    const code = typed.code.trim();
    if (!code) return;
    typed.code = "";
    await setCodes([...used, { promo_code_value: code }]);
  };
  return h(
    "section",
    { class: "group" },
    h("h2", {}, t("basket.promo")),
    used.length
      ? h(
          "ul",
          { class: "chips" },
          used.map((one) =>
            h(
              "li",
              {},
              h(
                "button",
                {
                  class: "chip on",
                  id: `code-${one.promo_code_value}`,
                  "aria-label": t("basket.promo_remove", { code: one.promo_code_value }),
                  onclick: () => setCodes(used.filter((each) => each !== one)),
                },
                one.promo_code_value,
                icon("cross"),
              ),
            ),
          ),
        )
      : null,
    h(
      "form",
      { class: "inline", onsubmit: add },
      h("label", { class: "unseen", for: "promo" }, t("basket.promo_label")),
      h("input", { id: "promo", autocomplete: "off", placeholder: t("basket.promo_label"), value: typed.code, oninput: (event) => (typed.code = event.target.value) }),
      button(app, "small", "promo-add", t("basket.promo_add"), null),
    ),
  );
}

function offers(app, document_, change) {
  const offered = document_.promotions_available ?? [];
  if (!offered.length) return null;
  const used = codeList(document_);
  const add = (value) => change({ event_type: "PROMO_CODES", promo_codes_event_data: [...used, { promo_code_value: value }] });
  return h(
    "section",
    { class: "group" },
    h("h2", {}, t("basket.offers")),
    h(
      "ul",
      { class: "rows" },
      offered.map(({ promo_code_value: value, description, type, end_date: end, details }) =>
        h(
          "li",
          { class: "row" },
          h(
            "span",
            {},
            description,
            h("small", {}, [value, type === "ONLY_IN_APP" ? t("basket.only_in_app") : null, end ? t("basket.offer_until", { date: shortDate(end) }) : null].filter(Boolean).join(", ")),
            link(details?.link, t("basket.offer_details")),
          ),
          used.some((one) => one.promo_code_value === value) ? icon("check") : button(app, "small", `offer-${value}`, t("basket.promo_add"), () => add(value)),
        ),
      ),
    ),
  );
}

function related(app, document_, change) {
  const more = document_.related_products ?? [];
  if (!more.length) return null;
  const add = (one) =>
    change({
      event_type: "RELATED_PRODUCTS",
      related_products_event_data: [{ product_id: one.product_id, ean: one.ean, quantity: { ...one.quantity, quantity: 1 } }],
    });
  return h(
    "section",
    { class: "group" },
    h("h2", {}, t("basket.related")),
    h(
      "ul",
      { class: "lines" },
      more.map((one) =>
        h(
          "li",
          { class: "line" },
          picture(one),
          h(
            "div",
            { class: "line-text" },
            h("strong", {}, one.product_name),
            (one.delivery_related_products ?? []).some((each) => each.if_delivery_free) ? h("span", { class: "faint" }, t("basket.free_delivery")) : null,
          ),
          h("span", { class: "line-price" }, h("b", {}, money(minor((one.promo_price ?? one.base_price).gross)))),
          button(app, "small", `add-${one.product_id}`, t("basket.add"), () => add(one), { "aria-label": t("basket.add_name", { name: one.product_name }) }),
        ),
      ),
    ),
  );
}

function sum(document_) {
  const { was, is } = goods(document_);
  return h(
    "dl",
    { class: "sum" },
    is < was ? sumLine(t("basket.goods"), was) : null,
    is < was ? sumLine(t("basket.discount"), is - was, "good") : null,
    sumLine(t("basket.total"), is, "total"),
  );
}

function deleteDialog(shop, about) {
  const remove = async (event) => {
    event.preventDefault();
    document.getElementById("delete-dialog").close();
    if (await tap("DELETE", about)) go("home", true);
  };
  return h(
    "dialog",
    { id: "delete-dialog", "aria-labelledby": "delete-title", onclose: () => draw() },
    h(
      "form",
      { method: "dialog", onsubmit: remove },
      h("h2", { id: "delete-title" }, t("basket.delete_title")),
      h("p", {}, t("basket.delete_text", { shop })),
      h(
        "div",
        { class: "actions" },
        h("button", { class: "button main danger", id: "delete-yes" }, t("basket.delete_yes")),
        h("button", { class: "button quiet", type: "button", onclick: () => document.getElementById("delete-dialog").close() }, t("cancel")),
      ),
    ),
  );
}
