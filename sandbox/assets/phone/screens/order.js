// One order: how it stands, what is in it, and paying it once more.

import { h, icon } from "../dom.js";
import { app as state, draw, form, go, look, tap } from "../app.js";
import { bar, blikField, button, callout, deliveryName, linePrice, paymentName, picture, sumLine, trouble } from "../parts.js";
import { dateAndTime, known, minor, money, t } from "../texts.js";
import { placeOf } from "./delivery.js";

const isOver = (order) => ["ORDER_COMPLETED", "ORDER_REJECTED"].includes(order.order_status);

export function order(app, id) {
  const one = app.screen.orders.find((each) => each.order_id === id);
  if (!one) return gone();
  const number = one.customer_order_id ?? one.order_id;
  const about = `/orders/${encodeURIComponent(one.order_id)}`;
  const unpaid = one.payment_status === "PENDING" && !isOver(one);
  const refused = !app.problem && unpaid && one.payment_refusal ? callout("error", t(`problem.${one.payment_refusal}`)) : null;
  const content = [
    bar(t("order.title", { number }), "#/home"),
    trouble(app),
    refused,
    h(
      "dl",
      { class: "facts" },
      fact(t("request.shop"), one.shop),
      fact(t("order.status"), one.order_status ? known(`orderstatus.${one.order_status}`, one.order_status) : one.merchant_status || "–"),
      fact(t("order.payment"), `${paymentName(one.payment_type)}, ${t(`paystate.${one.payment_status}`)}`),
      one.order.delivery ? fact(t("checkout.delivery"), [deliveryName(one.order.delivery.delivery_type), placeOf(one.order.delivery)].filter(Boolean).join(", ")) : null,
      one.delivery_references.length ? fact(t("order.tracking"), one.delivery_references.join(", ")) : null,
    ),
    unpaid ? payment(app, one) : null,
    h("ul", { class: "lines" }, (one.order.products ?? []).map(line)),
    h("dl", { class: "sum" }, sumLine(t("order.total"), minor(one.total), "total"), one.refunds.map(refund)),
    h("p", { class: "faint" }, t("order.made", { date: dateAndTime(one.made_at) })),
    h(
      "div",
      { class: "actions" },
      button(app, "quiet", "refresh", t("order.refresh"), () => tap("POST", `${about}/refresh`)),
      unpaid ? h("button", { class: "text-button danger", id: "cancel", onclick: () => tap("DELETE", about) }, t("order.cancel")) : null,
    ),
  ];
  return { title: t("order.title", { number }), content };
}

const refund = ({ refund_amount: amount, status }) => sumLine(t(`refund.${status}`), -minor(amount), status === "SUCCESS" ? "good" : "");

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));

function line(product) {
  const { is } = linePrice(product);
  return h(
    "li",
    { class: "line" },
    picture(product),
    h(
      "div",
      { class: "line-text" },
      h("strong", {}, product.product_name),
      h("span", { class: "faint" }, `${Number(product.quantity.quantity)} ${product.quantity.quantity_unit || t("basket.pieces")}`),
    ),
    h("span", { class: "line-price" }, h("b", {}, money(is))),
  );
}

function payment(app, one) {
  const chosen = form(`order/${one.order_id}`, () => ({ blik: "", wrong: false }));
  const needsCode = one.payment_type === "BLIK_CODE";
  const pay = async (event) => {
    event.preventDefault();
    chosen.wrong = needsCode && chosen.blik.length !== 6;
    if (chosen.wrong) {
      draw();
      document.getElementById("blik")?.focus();
      return;
    }
    const paid = await tap("POST", `/orders/${encodeURIComponent(one.order_id)}/payment`, needsCode ? { blik_code: chosen.blik } : {});
    chosen.blik = "";
    await look();
    if (!paid) return;
    const kind = paid.payment_status === "ON_DELIVERY" ? "cod" : "paid";
    const number = paid.customer_order_id ?? paid.order_id;
    state.outcome = { kind, shop: one.shop, total: minor(one.total), order: one.order_id, number };
    go("outcome", true);
  };
  return h(
    "form",
    { class: "stack panel", onsubmit: pay, novalidate: true },
    h("h2", {}, t("order.pay_again")),
    h("p", {}, t("order.unpaid_text")),
    needsCode ? blikField(chosen, draw) : null,
    chosen.wrong ? h("p", { class: "wrong", role: "alert" }, t("checkout.blik_wrong")) : null,
    button(app, "main", "pay", app.busy ? t("busy") : t("order.pay", { price: money(minor(one.total)) }), null),
  );
}

function gone() {
  return {
    title: t("home.orders"),
    content: [
      bar(t("home.orders"), "#/home"),
      h("div", { class: "outcome" }, h("span", { class: "outcome-sign muted" }, icon("box")), h("p", {}, t("order.gone"))),
      h("div", { class: "actions" }, h("a", { class: "button main", id: "home", href: "#/home" }, t("home.go"))),
    ],
  };
}
