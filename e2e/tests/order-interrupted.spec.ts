// Flow I, when something is in the way: nobody looks, the backend is down or dies, everything comes twice.
import { DELIVERY, expectOrder, expectThankYou } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const PAY = { payment_type: 'BLIK_CODE', blik_code: BLIK.paid };
const SOAP = Number(GOODS.soap.gross) + DELIVERY.locker;

test('ordered while the page is away: it is led to the order when it comes back', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await page.goto('about:blank');
  await phone.order(await phone.basket(), PAY);
  await shop.product(GOODS.soap);
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', SOAP);
});

test('ordered after the page was closed: the session has its order, and its basket is new', async ({ context, page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await page.close();
  await phone.order(await phone.basket(), PAY);
  const order = await phone.placedOrder((order) => order.merchant_status === 'Przyjęte do realizacji', 'the order in the app');
  const later = await context.newPage();
  await later.goto(`/thank-you?order=${order.order_id}`);
  await expectOrder(later, order, 'paid', SOAP);
  await new Shop(later).basket();
  await expect(later.getByRole('heading', { level: 1 })).toHaveText('Koszyk jest pusty');
});

test('the backend is down when the app orders: nothing is ordered, and it works once it is up', async ({ stage, page, shop, widget, phone }) => {
  test.slow();
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const basket = await phone.basket();
  await stage.server.kill();
  const error = await phone.order(basket, PAY).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Refusal);
  expect((error as Refusal).problem.code).toBe('shop-unreachable');
  expect((await phone.screen()).orders).toEqual([]);
  await stage.server.start();
  await phone.order(await phone.basket(), PAY);
  // The page has been there all the time, and has found back by itself.
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', SOAP);
});

test('the backend dies while it takes the order: there is one order, and the page hears of it', async ({ stage, page, shop, widget, phone, control }) => {
  test.slow();
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const before = await control.latest();
  // Everything is done and the answer lost; then the process is gone, too.
  await control.fault({ call: 'inpost.merchant.order.create', kind: 'drop_after', times: 1 });
  const ordering = phone.order(await phone.basket(), PAY);
  await control.called('inpost.merchant.order.create', before);
  await stage.server.kill();
  await stage.server.start();
  await ordering.catch(async (error: unknown) => {
    // The app gave up waiting before the shop was back: the shopper taps once more.
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Refusal).problem.code).toBe('shop-unreachable');
    await phone.order(await phone.basket(), PAY);
  });
  await expectThankYou(page);
  const order = await phone.placedOrder((order) => order.payment_status === 'AUTHORIZED', 'a paid order');
  await expectOrder(page, order, 'paid', SOAP);
  expect((await phone.screen()).orders).toHaveLength(1);
});

test('the backend dies between the order and its payment: the payment is booked when it is back', async ({ stage, page, shop, widget, phone, control }) => {
  test.slow();
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const before = await control.latest();
  await control.fault({ call: 'inpost.merchant.order.event', kind: 'drop_before' });
  await phone.order(await phone.basket(), PAY);
  await control.called('inpost.merchant.order.event', before);
  await stage.server.kill();
  await stage.server.start();
  await expectThankYou(page);
  const order = await phone.placedOrder();
  await expectOrder(page, order, 'awaiting', SOAP);
  await control.noFaults();
  // The app tells it again, with growing pauses.
  await expect(page.locator('[data-state]')).toHaveText('Przyjęte i opłacone', { timeout: 45_000 });
  await expectOrder(page, order, 'paid', SOAP);
});

test('the page reloads on the way to the thanks, and arrives', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await phone.order(await phone.basket(), PAY);
  await page.reload();
  await expectThankYou(page);
});

test('two taps at once on "order" make one order', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const basket = await phone.basket();
  const taps = await Promise.allSettled([phone.order(basket, PAY), phone.order(basket, PAY)]);
  expect(taps.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
  await expectThankYou(page);
  expect((await phone.screen()).orders).toHaveLength(1);
  await expectOrder(page, await phone.placedOrder(), 'paid', SOAP);
});

for (const { what, kind, call } of [
  { what: 'the order is sent twice', kind: 'duplicate', call: 'inpost.merchant.order.create' },
  { what: 'the answer to the order is lost', kind: 'drop_after', call: 'inpost.merchant.order.create' },
  { what: 'an error hides that the order was taken', kind: 'fail_after', call: 'inpost.merchant.order.create' },
  { what: 'the payment is told twice', kind: 'duplicate', call: 'inpost.merchant.order.event' },
  { what: 'the answer to the payment is lost', kind: 'drop_after', call: 'inpost.merchant.order.event' },
] as const) {
  test(`${what}: one order, paid once`, async ({ page, shop, widget, phone, control }) => {
    await shop.product(GOODS.soap);
    await widget.link(phone);
    await control.fault({ call, kind, times: 1 });
    await phone.order(await phone.basket(), PAY);
    await expectThankYou(page);
    await expectOrder(page, await phone.placedOrder(), 'paid', SOAP);
    expect((await phone.screen()).orders).toHaveLength(1);
  });
}
