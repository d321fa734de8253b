// The vendor's go-live scenario: discount codes, typed in the shop and in the app, with the same sums on both sides.
import { linked } from '../support/linked.ts';
import { DELIVERY, expectOrder, expectThankYou, goodsOf, zloty } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import type { LinkedBasket } from '../support/phone.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const PAY = { payment_type: 'BLIK_CODE', blik_code: BLIK.paid };
const BOOK = Number(GOODS.book.gross);

const codes = ({ basket }: LinkedBasket) => (basket.promo_codes ?? []).map(({ promo_code_value }) => promo_code_value);
const total = '[data-basket-total]';

test('typed in the shop: the app has the code, its name and the lower price, and it is what is paid', async ({ page, shop, widget, phone }) => {
  await shop.add(GOODS.book);
  await shop.basket();
  await widget.link(phone);
  await page.getByLabel('Kod rabatowy').fill('klebek10');
  await page.getByRole('button', { name: 'Dodaj kod' }).click();
  await expect(page.locator(total)).toHaveText(zloty(BOOK * 0.9));
  const basket = await phone.basket((basket) => codes(basket).length === 1, 'the code on the phone');
  expect(basket.basket.promo_codes).toMatchObject([{ promo_code_value: 'KLEBEK10', name: '10% na pierwsze zakupy' }]);
  expect(goodsOf(basket)).toBeCloseTo(BOOK * 0.9, 2);
  expect(Number(basket.basket.summary.basket_base_price.gross)).toBeCloseTo(BOOK, 2);
  await phone.order(basket, PAY);
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', BOOK * 0.9 + DELIVERY.locker);
});

test('typed in the app: the shop\u2019s page shows it, and taking it out there takes it out in the app', async ({ page, baseURL, shop, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.book.id);
  await phone.setCodes(basket, 'KLEBEK10');
  await shop.basket();
  await expect(page.locator(total)).toHaveText(zloty(BOOK * 0.9));
  await page.getByRole('button', { name: 'Usuń kod KLEBEK10' }).click();
  await expect(page.locator(total)).toHaveText(zloty(BOOK));
  const without = await phone.basket((basket) => codes(basket).length === 0, 'no code on the phone');
  expect(goodsOf(without)).toBeCloseTo(BOOK, 2);
});

test('two codes together, and their sum to the grosz', async ({ page, baseURL, shop, phone }) => {
  // 3 x 24.50 + 2 x 59.00 = 191.50: ten percent are 19.15, and 20.00 more.
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id, GOODS.soap.id, GOODS.soap.id, GOODS.book.id, GOODS.book.id);
  expect(await phone.setCodes(basket, 'KLEBEK10', 'CIEPLO20')).toMatchObject({ type: 'ATTENTION' });
  const both = await phone.basket();
  expect(goodsOf(both)).toBe(152.35);
  await shop.basket();
  await expect(page.locator(total)).toHaveText(zloty(152.35));
  await phone.order(both, PAY);
  const order = await phone.placedOrder();
  await page.goto(`/thank-you?order=${order.order_id}`);
  await expectOrder(page, order, 'paid', 152.35 + DELIVERY.locker);
  await expect(page.getByRole('main')).toContainText(`Rabat\u2212${zloty(39.15)}`, { useInnerText: false });
});

for (const { what, code } of [
  { what: 'nobody knows', code: 'NOPE' },
  { what: 'is over', code: 'ZIMA15' },
  { what: 'is for larger baskets', code: 'CIEPLO20' },
]) {
  test(`a code that ${what} changes nothing, on either side`, async ({ page, baseURL, shop, phone }) => {
    const basket = await linked(page, baseURL ?? '', phone, GOODS.book.id);
    const notice = await phone.setCodes(basket, code);
    expect(notice?.type).toBe('ERROR');
    expect(notice?.description).toContain(code);
    expect(codes(await phone.basket())).toEqual([]);
    await shop.basket();
    await page.getByLabel('Kod rabatowy').fill(code);
    await page.getByRole('button', { name: 'Dodaj kod' }).click();
    await expect(page.getByRole('alert')).toContainText('Ten kod nie działa');
    await expect(page.locator(total)).toHaveText(zloty(BOOK));
    const still = await phone.basket();
    expect([codes(still), goodsOf(still)]).toEqual([[], BOOK]);
    await phone.order(still, PAY);
    expect(Number((await phone.placedOrder()).total)).toBeCloseTo(BOOK + DELIVERY.locker, 2);
  });
}

test('a basket that becomes too small for its code loses the discount, on both sides', async ({ page, baseURL, shop, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.book.id, GOODS.book.id, GOODS.book.id);
  await phone.setCodes(basket, 'CIEPLO20');
  expect(goodsOf(await phone.basket())).toBeCloseTo(3 * BOOK - 20, 2);
  await phone.setQuantity(basket, GOODS.book.id, 1);
  const small = await phone.basket();
  expect(goodsOf(small)).toBeCloseTo(BOOK, 2);
  await shop.basket();
  await expect(page.locator(total)).toHaveText(zloty(BOOK));
  await phone.order(small, PAY);
  const order = await phone.placedOrder();
  expect(Number(order.total)).toBeCloseTo(BOOK + DELIVERY.locker, 2);
});
