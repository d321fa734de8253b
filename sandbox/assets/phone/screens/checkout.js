// Delivery, consents, payment, and the tap that orders.

import { h } from "../dom.js";
import { app as state, draw, form, go, look, tap } from "../app.js";
import { bar, blikField, button, deliveryName, goods, link, paymentName, sumLine, trouble } from "../parts.js";
import { longDate, minor, money, t } from "../texts.js";
import { basket, noticeOf } from "./basket.js";
import { addressing, addressed, freshAddressing, note } from "./delivery.js";
import { freshInvoice, invoice, invoiceGap, invoiceOf } from "./invoice.js";

/** The basket that is being ordered: shown until the outcome is, although it leaves the list before. */
const seen = new Map();

const METHODS = ["CARD", "BLIK_CODE"];
const AT_THE_DOOR = "CASH_ON_DELIVERY";
/** The option of a delivery that is paid at the door; it comes with the payment, not as an extra to choose. */
const COD = "COD";
const hasCod = (offer) => (offer?.delivery_options ?? []).some((one) => one.delivery_code_value === COD);

/** The deliveries that every product of the basket can have. */
function offersOf(document_) {
  const refuses = (product, kind) =>
    (product.delivery_product ?? []).some((one) => one.delivery_type === kind && one.if_delivery_available === false);
  return document_.delivery.filter((offer) => !document_.products.some((product) => refuses(product, offer.delivery_type)));
}
const isRequired = (consent) => consent.requirement_type !== "OPTIONAL";

function fresh(held, app) {
  const offers = offersOf(held.basket);
  const methods = methodsOf(held.basket, offers[0]);
  return {
    delivery: offers[0]?.delivery_type,
    extras: [],
    ...freshAddressing(app.screen.person),
    ...freshInvoice(app.screen.person),
    consents: [],
    payment: methods.includes("BLIK_CODE") ? "BLIK_CODE" : methods[0],
    blik: "",
    wrong: null,
  };
}

/** The ways to pay with this delivery. At the door only where the delivery can be paid there, if any can. */
function methodsOf(document_, offer) {
  const all = document_.summary.payment_type?.length ? document_.summary.payment_type : METHODS;
  const atTheDoor = hasCod(offer) || !document_.delivery.some(hasCod);
  return all.filter((kind) => kind !== AT_THE_DOOR || atTheDoor);
}

/** The options that come with the order: the extras that were chosen, and paying at the door if that is how. */
const codesOf = (chosen, offer) => (chosen.payment === AT_THE_DOOR && hasCod(offer) ? [...chosen.extras, COD] : chosen.extras);

export function checkout(app, id) {
  const held = app.screen.baskets.find((one) => one.inpost_basket_id === id) ?? (app.holding === id ? seen.get(id) : undefined);
  if (!held) return basket(app, id);
  seen.set(id, held);
  const chosen = form(`checkout/${id}`, () => fresh(held, app));
  const document_ = held.basket;
  const offers = offersOf(document_);
  const offer = offers.find((one) => one.delivery_type === chosen.delivery) ?? offers[0];
  const methods = methodsOf(document_, offer);
  if (!methods.includes(chosen.payment)) chosen.payment = methods[0];
  const codes = codesOf(chosen, offer);
  const extras = (offer?.delivery_options ?? []).filter((one) => codes.includes(one.delivery_code_value));
  const delivery = offer ? minor(offer.delivery_price.gross) + extras.reduce((sum, one) => sum + minor(one.delivery_option_price.gross), 0) : 0;
  const total = goods(document_).is + delivery;
  const onDelivery = chosen.payment === AT_THE_DOOR;
  const submit = (event) => {
    event.preventDefault();
    order(app, held, chosen, offer, total);
  };
  const content = [
    bar(t("checkout.title"), `#/basket/${encodeURIComponent(id)}`),
    trouble(app),
    noticeOf(document_),
    h(
      "form",
      { class: "stack", onsubmit: submit, novalidate: true },
      deliveries(app, offers, chosen),
      extrasOf(offer, chosen),
      consents(held, chosen),
      invoice(chosen),
      payments(methods, chosen),
      h(
        "dl",
        { class: "sum" },
        sumLine(t("checkout.sum_goods"), goods(document_).is),
        sumLine(t("checkout.sum_delivery"), delivery === 0 ? t("checkout.free") : delivery),
        sumLine(t("checkout.sum"), total, "total"),
      ),
      h(
        "div",
        { class: "actions" },
        button(app, "main", "pay", app.busy ? t("busy") : t(onDelivery ? "checkout.order" : "checkout.pay", { price: money(total) }), null),
      ),
    ),
  ];
  return { title: t("checkout.title"), content };
}

function option(type, name, id, checked, onchange, text, note, price, settled = false) {
  return h(
    "label",
    { class: "option" },
    h("input", { type, name, id, checked, onchange, disabled: settled }),
    h("span", { class: "option-text" }, h("span", {}, text), note ? h("small", {}, note) : null),
    price === undefined ? null : h("b", {}, price === 0 ? t("checkout.free") : money(price)),
  );
}

function deliveries(app, offers, chosen) {
  const choose = (kind) => () => {
    Object.assign(chosen, { delivery: kind, extras: [] });
    draw();
  };
  return h(
    "fieldset",
    { class: "options" },
    h("legend", {}, t("checkout.delivery")),
    offers.map((one) => {
      const kind = one.delivery_type;
      const arrives = one.delivery_date ? `, ${t("checkout.arrives", { date: longDate(one.delivery_date) })}` : "";
      const where = note(app.screen.person, kind, chosen) + arrives;
      const price = minor(one.delivery_price.gross);
      return [
        option("radio", "delivery", `delivery-${kind}`, chosen.delivery === kind, choose(kind), deliveryName(kind), where, price),
        chosen.delivery === kind ? addressing(kind, chosen) : null,
      ];
    }),
  );
}

function toggled(list, value, on) {
  return on ? [...list, value] : list.filter((one) => one !== value);
}

function extrasOf(offer, chosen) {
  const extras = (offer?.delivery_options ?? []).filter((one) => one.delivery_code_value !== COD);
  if (!extras.length) return null;
  return h(
    "fieldset",
    { class: "options" },
    h("legend", {}, t("checkout.extra")),
    extras.map(({ delivery_code_value: code, delivery_name: name, delivery_option_price: price }) =>
      option(
        "checkbox",
        "extra",
        `extra-${code}`,
        chosen.extras.includes(code),
        (event) => {
          chosen.extras = toggled(chosen.extras, code, event.target.checked);
          draw();
        },
        name,
        null,
        minor(price.gross),
      ),
    ),
  );
}

/** Whether the order cannot go without it. What was accepted once for all is not asked for again. */
const isNeeded = (held) => (consent) => isRequired(consent) && !held.consents_given.includes(consent.consent_id);

function consents(held, chosen) {
  const document_ = held.basket;
  if (!document_.consents.length) return null;
  return h(
    "fieldset",
    { class: "options" },
    h("legend", {}, t("checkout.consents")),
    document_.consents.map((one) =>
      h(
        "div",
        { class: "consent" },
        option(
          "checkbox",
          "consent",
          `consent-${one.consent_id}`,
          chosen.consents.includes(one.consent_id) || held.consents_given.includes(one.consent_id),
          (event) => (chosen.consents = toggled(chosen.consents, one.consent_id, event.target.checked)),
          one.consent_description,
          held.consents_given.includes(one.consent_id) ? t("checkout.given") : isRequired(one) ? t("checkout.required") : null,
          undefined,
          held.consents_given.includes(one.consent_id),
        ),
        h(
          "p",
          { class: "links" },
          link(one.consent_link, one.label_link),
          (one.additional_consent_links ?? []).map((each) => link(each.consent_link, each.label_link)),
        ),
      ),
    ),
    chosen.wrong === "consents" ? h("p", { class: "wrong", role: "alert" }, t("checkout.consent_missing")) : null,
  );
}

function payments(methods, chosen) {
  return h(
    "fieldset",
    { class: "options" },
    h("legend", {}, t("checkout.payment")),
    methods.map((kind) =>
      option("radio", "payment", `payment-${kind}`, chosen.payment === kind, () => {
        chosen.payment = kind;
        draw();
      }, paymentName(kind)),
    ),
    chosen.payment === "BLIK_CODE" ? blikField(chosen, draw) : null,
    chosen.wrong === "blik" ? h("p", { class: "wrong", role: "alert" }, t("checkout.blik_wrong")) : null,
  );
}

/** What has to be put right before the order can go. */
function missing(held, chosen) {
  const needed = held.basket.consents.filter(isNeeded(held));
  if (!needed.every((one) => chosen.consents.includes(one.consent_id))) return "consents";
  if (invoiceGap(chosen)) return "invoice";
  return chosen.payment === "BLIK_CODE" && chosen.blik.length !== 6 ? "blik" : null;
}

async function order(app, held, chosen, offer, total) {
  chosen.wrong = missing(held, chosen);
  if (chosen.wrong) {
    draw();
    const unanswered = held.basket.consents.filter(isNeeded(held)).find((one) => !chosen.consents.includes(one.consent_id));
    const first = { blik: "blik", consents: `consent-${unanswered?.consent_id}`, invoice: invoiceGap(chosen) };
    document.getElementById(first[chosen.wrong])?.focus();
    return;
  }
  const delivery = { delivery_type: offer?.delivery_type, delivery_codes: codesOf(chosen, offer), ...addressed(offer?.delivery_type, chosen) };
  state.holding = held.inpost_basket_id;
  const made = await tap("POST", `/baskets/${encodeURIComponent(held.inpost_basket_id)}/order`, {
    payment_type: chosen.payment,
    ...(chosen.payment === "BLIK_CODE" ? { blik_code: chosen.blik } : {}),
    delivery,
    ...invoiceOf(chosen),
    consents: held.basket.consents.map((one) => ({ consent_id: one.consent_id, is_accepted: chosen.consents.includes(one.consent_id) })),
  });
  chosen.blik = "";
  const problem = state.problem;
  await look();
  state.holding = null;
  if (made) {
    const kind = made.payment_status === "ON_DELIVERY" ? "cod" : "paid";
    state.outcome = { kind, shop: held.shop, total, order: made.order_id, number: made.customer_order_id ?? made.order_id };
    go("outcome", true);
  } else if (problem?.order_id) {
    go(`order/${encodeURIComponent(problem.order_id)}`, true);
    state.problem = problem;
    draw();
  } else {
    draw();
  }
}
