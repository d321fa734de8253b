// What the shop suggests in the app beside the basket: products that go with it, and codes to use.
import { linked } from '../support/linked.ts';
import { DELIVERY, goodsOf } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import type { LinkedBasket } from '../support/phone.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const YARN = { id: 'wloczka-redyk-ecru', gross: 39 } as const;
const EBOOK = { id: 'ebook-pierwszy-sweter', gross: 32 } as const;
const SOAP = Number(GOODS.soap.gross);

const suggested = ({ basket }: LinkedBasket) => (basket.related_products ?? []).map(({ product_id }) => product_id);
const offered = ({ basket }: LinkedBasket) =>
  ((basket.promotions_available ?? []) as { promo_code_value: string; type: string }[]).map(({ promo_code_value, type }) => [promo_code_value, type]);

test('a product from the suggestions: it is in the basket on both sides, and is suggested no more', async ({ page, baseURL, shop, widget, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, YARN.id);
  expect(suggested(basket)).toEqual([EBOOK.id, GOODS.soap.id]);
  const [ebook, soap] = basket.basket.related_products;
  expect([ebook, soap].map((one) => Number(one?.base_price.gross))).toEqual([EBOOK.gross, SOAP]);
  await shop.product(GOODS.book);
  await widget.expectLinked(1);
  expect(await phone.addRelated(basket, GOODS.soap.id)).toBeFalsy();
  await widget.expectLinked(2);
  const more = await phone.basket();
  expect(suggested(more)).toEqual([EBOOK.id]);
  expect(goodsOf(more)).toBeCloseTo(YARN.gross + SOAP, 2);
  await shop.basket();
  await expect(shop.quantity(GOODS.soap)).toHaveValue('1');
  await phone.order(more, { payment_type: 'BLIK_CODE', blik_code: BLIK.paid, delivery: 'APM' });
  expect(Number((await phone.placedOrder()).total)).toBeCloseTo(YARN.gross + SOAP + DELIVERY.locker, 2);
});

test('taken out again, it is suggested again; a basket that nothing goes with has no suggestions', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, YARN.id, GOODS.soap.id);
  expect(suggested(basket)).toEqual([EBOOK.id]);
  await phone.setQuantity(basket, GOODS.soap.id, 0);
  expect(suggested(await phone.basket())).toEqual([EBOOK.id, GOODS.soap.id]);
  await phone.setQuantity(basket, YARN.id, 0);
  expect(suggested(await phone.basket())).toEqual([]);
});

test('what cannot be added is answered with a notice and the basket as it was', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, YARN.id);
  await phone.addRelated(basket, EBOOK.id);
  for (const [product, says] of [
    [EBOOK.id, /1 szt/],
    ['kilim-pasieka', /wyprzedany/],
    ['unicorn', /nie ma/],
  ] as const) {
    const notice = await phone.addRelated(basket, product);
    expect(notice?.type, product).toBe('ERROR');
    expect(notice?.description, product).toMatch(says);
  }
  expect((await phone.basket()).basket.products.map(({ product_id, quantity }) => [product_id, quantity.quantity])).toEqual([[YARN.id, 1], [EBOOK.id, 1]]);
});

test('codes are offered to whoever does not know them, and no longer once they are used', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.book.id);
  expect(offered(basket)).toEqual([['KLEBEK10', 'MERCHANT'], ['CIEPLO20', 'ONLY_IN_APP']]);
  await phone.setCodes(basket, 'KLEBEK10');
  expect(offered(await phone.basket())).toEqual([['CIEPLO20', 'ONLY_IN_APP']]);
  // It is for larger baskets: offered, and refused as long as this one is small.
  expect(await phone.setCodes(basket, 'KLEBEK10', 'CIEPLO20')).toMatchObject({ type: 'ERROR' });
  await phone.setQuantity(basket, GOODS.book.id, 3);
  expect(await phone.setCodes(basket, 'KLEBEK10', 'CIEPLO20')).toMatchObject({ type: 'ATTENTION' });
  expect(offered(await phone.basket())).toEqual([]);
});
