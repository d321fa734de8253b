// Flow I, when the shop cannot take the order: the phone says why, the basket stays linked, and the next try is right.
import type { Browser } from '@playwright/test';
import { DELIVERY, expectOrder, expectThankYou } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import type { OrderWish, Phone } from '../support/phone.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS, Shop, type Goods } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

const PAY = { payment_type: 'BLIK_CODE', blik_code: BLIK.paid };

/** What the phone is told instead of an order. */
async function refusal(tap: Promise<unknown>): Promise<Refusal> {
  const error = await tap.then(() => undefined, (error: unknown) => error);
  expect(error).toBeInstanceOf(Refusal);
  return error as Refusal;
}

/** The basket that the phone has once the shop's notice is in it. */
const withNotice = (phone: Phone, says: RegExp) =>
  phone.basket(({ basket }) => says.test(basket.summary.basket_notice?.description ?? ''), `a basket with the notice ${says}`);

/** Another shopper orders a product and leaves the payment open. Returns what gives it back. */
async function taken(browser: Browser, baseURL: string | undefined, phone: Phone, goods: Goods): Promise<() => Promise<void>> {
  const context = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), locale: 'pl-PL' });
  const page = await context.newPage();
  await new Shop(page).product(goods);
  await new Widget(page).link(phone);
  await refusal(phone.order(await phone.basket(), { payment_type: 'BLIK_CODE', blik_code: BLIK.declined }));
  await context.close();
  return async () => phone.giveUp(await phone.placedOrder());
}

test('sold out meanwhile: the phone says so, and the page stays linked', async ({ browser, baseURL, page, shop, widget, phone, otherPhone }) => {
  test.slow();
  await shop.product(GOODS.mittens);
  await widget.link(phone);
  const giveBack = await taken(browser, baseURL, otherPhone, GOODS.mittens);
  const error = await refusal(phone.order(await phone.basket(), PAY));
  expect([error.status, error.problem.code, error.problem.error_code]).toEqual([409, 'order-refused', 'ORDER_NOT_CREATE']);
  expect(JSON.stringify(error.problem)).toContain('wyprzedany');
  const basket = await withNotice(phone, /wyprzedany albo zostało za mało sztuk/);
  expect(basket.basket.summary.basket_notice?.type).toBe('ERROR');
  expect((await phone.screen()).orders).toEqual([]);
  await widget.expectLinked(1);
  await expect(page).toHaveURL(/\/product\//);

  // There is one again: the next order is taken. It is given up, for others to order.
  await giveBack();
  await refusal(phone.order(await phone.basket(), { payment_type: 'BLIK_CODE', blik_code: BLIK.declined }));
  await expectThankYou(page);
  const order = await phone.placedOrder();
  await expectOrder(page, order, 'awaiting', Number(GOODS.mittens.gross) + DELIVERY.locker);
  await phone.giveUp(order);
});

test('the shopper changes the basket while the app orders: another total, no order, then the right one', async ({ page, shop, widget, phone, control }) => {
  await shop.add(GOODS.soap);
  await shop.basket();
  await widget.link(phone);
  // The app has compared the baskets and sends its order, which takes its time.
  const before = await control.latest();
  await control.fault({ call: 'inpost.merchant.order.create', kind: 'delay', ms: 2500, times: 1 });
  const ordering = refusal(phone.order(await phone.basket(), PAY));
  await control.called('inpost.merchant.basket.read', before);
  await shop.change(GOODS.soap, 2);
  const error = await ordering;
  expect([error.status, error.problem.code, error.problem.error_code]).toEqual([409, 'order-refused', 'ORDER_NOT_CREATE']);
  expect(JSON.stringify(error.problem)).toContain('Cena zmieniła się i wynosi teraz 61,99 zł');
  await withNotice(phone, /Cena zmieniła się i wynosi teraz 61,99 zł/);
  await widget.expectLinked(2);

  const basket = await phone.basket(({ basket }) => basket.products[0]?.quantity.quantity === 2, 'two pieces on the phone');
  await phone.order(basket, PAY);
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', 2 * Number(GOODS.soap.gross) + DELIVERY.locker);
});

test('the app has an older basket: it takes the newer one over before it orders', async ({ page, shop, widget, phone, control }) => {
  await shop.add(GOODS.soap);
  await shop.basket();
  await widget.link(phone);
  const older = await phone.basket();
  await control.fault({ call: 'inpost.basket.put', kind: 'drop_before' });
  await shop.change(GOODS.soap, 3);
  const error = await refusal(phone.order(older, PAY));
  expect([error.status, error.problem.code]).toEqual([409, 'basket-changed']);
  const newer = await phone.basket(({ basket }) => basket.products[0]?.quantity.quantity === 3, 'three pieces on the phone');
  await control.noFaults();
  await widget.expectLinked(3);
  await phone.order(newer, PAY);
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', 3 * Number(GOODS.soap.gross) + DELIVERY.locker);
});

const LACKING: { what: string; wish: Partial<OrderWish>; says: RegExp }[] = [
  { what: 'a consent is missing', wish: { consents: [{ consent_id: 'terms', is_accepted: false }, { consent_id: 'privacy', is_accepted: true }] }, says: /Zaznacz wymagane zgody/ },
  { what: 'the locker is missing', wish: { delivery: { delivery_type: 'APM', delivery_point: '' } }, says: /Uzupełnij dane dostawy/ },
  { what: 'the shop does not take the payment', wish: { payment_type: 'SHOPPING_LIMIT' }, says: /Ta metoda płatności nie jest dostępna/ },
];

for (const { what, wish, says } of LACKING) {
  test(`${what}: the phone says what to do, and the next order is right`, async ({ page, shop, widget, phone }) => {
    await shop.product(GOODS.soap);
    await widget.link(phone);
    const error = await refusal(phone.order(await phone.basket(), { ...PAY, ...wish }));
    expect([error.status, error.problem.code, error.problem.error_code]).toEqual([409, 'order-refused', 'ORDER_NOT_CREATE']);
    expect(JSON.stringify(error.problem)).toMatch(says);
    const basket = await withNotice(phone, says);
    expect(basket.basket.summary.basket_notice?.type).toBe('ERROR');
    await widget.expectLinked(1);
    await phone.order(basket, PAY);
    await expectThankYou(page);
    expect((await phone.screen()).orders).toHaveLength(1);
  });
}
