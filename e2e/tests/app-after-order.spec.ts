// After the order: the operator says how far it is, and the app shows it: status, tracking, the end, the money back.
import { linked } from '../support/linked.ts';
import { DELIVERY, STATUS } from '../support/orders.ts';
import { operate } from '../support/operator.ts';
import { BLIK } from '../support/people.ts';
import type { LinkedBasket, OrderView, Phone } from '../support/phone.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { until } from '../support/until.ts';

const PAY = { payment_type: 'BLIK_CODE', blik_code: BLIK.paid };
const TOTAL = (Number(GOODS.soap.gross) + DELIVERY.locker).toFixed(2);

async function paid(phone: Phone, basket: LinkedBasket): Promise<OrderView> {
  await phone.order(basket, PAY);
  return phone.placedOrder((order) => order.merchant_status === 'Przyjęte do realizacji', 'the order in the app');
}

async function unpaid(phone: Phone, basket: LinkedBasket): Promise<OrderView> {
  await expect(phone.order(basket, { payment_type: 'BLIK_CODE', blik_code: BLIK.declined })).rejects.toThrow(Refusal);
  return phone.placedOrder();
}

test('status and tracking reach the app, in the operator\u2019s words, and only grow', async ({ stage, page, baseURL, phone }) => {
  const order = await paid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  expect(order.delivery_references ?? []).toEqual([]);
  expect(await operate(stage, 'order', 'status', order.order_id, 'Pani Halina pakuje')).toContain(order.customer_order_id);
  await phone.placedOrder((order) => order.merchant_status === 'Pani Halina pakuje', 'the status in the app');
  await operate(stage, 'order', 'ship', order.order_id, '520000012345678901234567');
  const sent = await phone.placedOrder((order) => order.delivery_references.length === 1, 'the tracking number in the app');
  expect(sent.delivery_references).toEqual(['520000012345678901234567']);
  // A second parcel; the first once more.
  await operate(stage, 'order', 'ship', order.order_id, '520000012345678901234567', '520000099999999999999999');
  const both = await phone.placedOrder((order) => order.delivery_references.length > 1, 'both numbers in the app');
  expect(both.delivery_references).toEqual(['520000012345678901234567', '520000099999999999999999']);
  // Whoever asks the shop is told the same.
  await phone.refresh(both);
  expect((await phone.placedOrder()).delivery_references).toEqual(both.delivery_references);
});

test('InPost is down: the news waits, and arrives once it is back', async ({ stage, page, baseURL, phone, control }) => {
  test.slow();
  const order = await paid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  const before = await control.latest();
  await control.fault({ call: 'inpost.order.event', kind: 'fail', status: 503 });
  await operate(stage, 'order', 'ship', order.order_id, '520000012345678901234567');
  await control.called('inpost.order.event', before);
  expect((await phone.placedOrder()).delivery_references ?? []).toEqual([]);
  await control.noFaults();
  await phone.placedOrder((order) => order.delivery_references?.length === 1, 'the tracking number in the app');
});

test('InPost gets the news twice: it changes nothing twice, and one event it is', async ({ stage, page, baseURL, phone, control }) => {
  const order = await paid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  await control.fault({ call: 'inpost.order.event', kind: 'drop_after', times: 1 });
  await operate(stage, 'order', 'status', order.order_id, 'Wyruszyło');
  await phone.placedOrder((order) => order.merchant_status === 'Wyruszyło', 'the status in the app');
  await control.struck();
});

test('an unpaid order that is finished in the shop: ORDER_COMPLETED, and the app does not ask for money any more', async ({ stage, page, baseURL, phone }) => {
  const order = await unpaid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  await operate(stage, 'order', 'complete', order.order_id);
  const done = await phone.placedOrder((order) => order.order_status !== null, 'the end in the app');
  expect(done.order_status).toBe('ORDER_COMPLETED');
  await expect(phone.payAgain(done, { blik_code: BLIK.paid })).rejects.toThrow(/closed this order/);
});

test('one that was paid in the app is never completed', async ({ stage, page, baseURL, phone }) => {
  const order = await paid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  await expect(operate(stage, 'order', 'complete', order.order_id)).rejects.toThrow(/paid already/);
  // Whatever was to be told of the order before this, has been told.
  await operate(stage, 'order', 'status', order.order_id, 'Pakujemy');
  const told = await phone.placedOrder((order) => order.merchant_status === 'Pakujemy', 'the status in the app');
  expect(told.order_status).toBeNull();
});

test('rejected by the shop: ORDER_REJECTED in the app, the order\u2019s page says so, the goods are back', async ({ stage, page, baseURL, shop, phone }) => {
  const order = await unpaid(phone, await linked(page, baseURL ?? '', phone, GOODS.mittens.id));
  await shop.product(GOODS.mittens);
  await expect(page.getByRole('main')).toContainText('Wyprzedane');
  await operate(stage, 'order', 'reject', order.order_id);
  const over = await phone.placedOrder((order) => order.order_status !== null, 'the end in the app');
  expect([over.order_status, over.merchant_status]).toEqual(['ORDER_REJECTED', 'Anulowane']);
  await expect(phone.payAgain(over, { blik_code: BLIK.paid })).rejects.toThrow(Refusal);
  await page.goto(`/thank-you?order=${order.order_id}`);
  await expect(page.locator('[data-state]')).toHaveText(STATUS.cancelled);
  await shop.product(GOODS.mittens);
  await expect(page.getByRole('main')).toContainText('Ostatnia sztuka');
});

test('money goes back in parts, never more than was paid', async ({ stage, page, baseURL, phone }) => {
  const order = await paid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  await operate(stage, 'refund', order.order_id, '12.50');
  const part = await phone.placedOrder((order) => order.refunded === '12.50', 'a part of the money back');
  expect(part.refunds.map(({ status, refund_amount }) => [status, Number(refund_amount)])).toEqual([['SUCCESS', 12.5]]);
  const left = (Number(TOTAL) - 12.5).toFixed(2);
  await expect(operate(stage, 'refund', order.order_id, TOTAL)).rejects.toThrow(new RegExp(`only .*${left.replace('.', '[.,]')}`));
  await operate(stage, 'refund', order.order_id, left);
  await phone.placedOrder((order) => order.refunded === TOTAL, 'all of the money back');
  await expect(operate(stage, 'refund', order.order_id, '0.10')).rejects.toThrow(/only/);
  expect((await phone.placedOrder()).refunds).toHaveLength(2);
});

test('the answer to a refund is lost: it is asked for again, and paid back once', async ({ stage, page, baseURL, phone, control }) => {
  const order = await paid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  await control.fault({ call: 'inpost.transaction.refund', kind: 'drop_after', times: 1 });
  await operate(stage, 'refund', order.order_id, '10.00');
  await control.struck();
  const back = await phone.placedOrder((order) => order.refunds.length > 0, 'the refund in the app');
  expect(back.refunded).toBe('10.00');
  await operate(stage, 'refund', order.order_id, '5.00');
  const more = await phone.placedOrder((order) => order.refunded === '15.00', 'both refunds in the app');
  expect(more.refunds).toHaveLength(2);
});

test('a refund that fails at InPost gives nothing back, and can be asked for again', async ({ stage, page, baseURL, phone }) => {
  const order = await paid(phone, await linked(page, baseURL ?? '', phone, GOODS.soap.id));
  // The sandbox lets it fail because of the two groszy.
  await operate(stage, 'refund', order.order_id, '1.02');
  const failed = await phone.placedOrder((order) => order.refunds.length > 0, 'the refund in the app');
  expect([failed.refunds[0]?.status, failed.refunded]).toEqual(['FAILED', '0.00']);
  await until('all of it to be there still', () => operate(stage, 'refund', order.order_id, TOTAL).catch(() => undefined));
  await phone.placedOrder((order) => order.refunded === TOTAL, 'all of the money back');
});

test('what was not paid through InPost is not paid back through it', async ({ stage, page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await phone.order(basket, { payment_type: 'CASH_ON_DELIVERY' });
  const order = await phone.placedOrder();
  await expect(operate(stage, 'refund', order.order_id, '1.00')).rejects.toThrow(/not been paid through/);
  await expect(operate(stage, 'refund', 'no-such-order', '1.00')).rejects.toThrow(/no order has this id/);
  expect((await phone.placedOrder()).refunds).toEqual([]);
});
