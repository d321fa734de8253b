// The vendor's go-live scenario: a payment that fails is tried again.
import { DELIVERY, expectOrder, expectThankYou, STATUS } from '../support/orders.ts';
import { linked } from '../support/linked.ts';
import { BLIK } from '../support/people.ts';
import type { LinkedBasket, OrderView, Phone } from '../support/phone.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const TOTAL = Number(GOODS.soap.gross) + DELIVERY.locker;

/** The payment's refusal, by its name. */
async function declined(tap: Promise<unknown>): Promise<unknown> {
  const error = await tap.then(() => undefined, (error: unknown) => error);
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).problem.code;
}

/** An order whose payment was declined. */
async function unpaid(phone: Phone, basket: LinkedBasket): Promise<OrderView> {
  expect(await declined(phone.order(basket, { payment_type: 'BLIK_CODE', blik_code: BLIK.declined }))).toBe('payment-declined');
  return phone.placedOrder();
}

test('declined, declined again, then paid: the page waits, and is told of the payment without a reload', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const order = await unpaid(phone, await phone.basket());
  await expectThankYou(page);
  await expectOrder(page, order, 'awaiting', TOTAL);
  expect(await declined(phone.payAgain(order, { blik_code: BLIK.expired }))).toBe('blik-expired');
  await expect(page.locator('[data-state]')).toHaveText(STATUS.awaiting);
  await phone.payAgain(order, { blik_code: BLIK.paid });
  const paid = await phone.placedOrder((order) => order.payment_status === 'AUTHORIZED', 'the paid order');
  await expectOrder(page, paid, 'paid', TOTAL);
  expect([paid.order_id, paid.customer_order_id]).toEqual([order.order_id, order.customer_order_id]);
  expect((await phone.screen()).orders).toHaveLength(1);
  await expect(phone.payAgain(paid, { blik_code: BLIK.paid }), 'nothing is paid twice').rejects.toThrow(/nothing to pay/);
});

test('the answer to the repeated order is lost: it is asked for again, and there is one order', async ({ page, baseURL, phone, control }) => {
  const order = await unpaid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  const before = await control.latest();
  await control.fault({ call: 'inpost.merchant.order.create', kind: 'drop_after', times: 1 });
  await phone.payAgain(order, { blik_code: BLIK.paid });
  expect(await control.count('inpost.merchant.order.create', before)).toBe(2);
  await page.goto(`/thank-you?order=${order.order_id}`);
  await expectOrder(page, order, 'paid', TOTAL);
  expect((await phone.screen()).orders).toHaveLength(1);
});

test('with another way to pay it is another order, which the shop refuses; with the first way it is paid', async ({ page, baseURL, phone }) => {
  const order = await unpaid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  const error = await phone.payAgain(order, { payment_type: 'CARD' }).then(() => undefined, (error: unknown) => error);
  expect(error).toBeInstanceOf(Refusal);
  expect((error as Refusal).problem).toMatchObject({ code: 'order-refused', error_code: 'ORDER_NOT_CREATE' });
  await page.goto(`/thank-you?order=${order.order_id}`);
  await expectOrder(page, order, 'awaiting', TOTAL);
  await phone.payAgain(order, { blik_code: BLIK.paid });
  await expectOrder(page, order, 'paid', TOTAL);
});

test('the news of the payment comes twice: it is booked once', async ({ page, baseURL, phone, control }) => {
  const order = await unpaid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  await control.fault({ call: 'inpost.merchant.order.event', kind: 'duplicate', times: 1 });
  await phone.payAgain(order, { blik_code: BLIK.paid });
  await control.struck();
  await page.goto(`/thank-you?order=${order.order_id}`);
  await expectOrder(page, order, 'paid', TOTAL);
});

test('given up instead: cancelled, and cannot be paid any more', async ({ page, baseURL, phone }) => {
  const order = await unpaid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  await page.goto(`/thank-you?order=${order.order_id}`);
  await phone.giveUp(order);
  await expect(page.locator('[data-state]')).toHaveText(STATUS.cancelled);
  await expect(phone.payAgain(order, { blik_code: BLIK.paid })).rejects.toThrow(Refusal);
  // The shopper goes on with a new basket.
  await new Shop(page).basket();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Koszyk jest pusty');
});
