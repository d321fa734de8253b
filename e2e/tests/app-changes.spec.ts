// Flows F and G: the linked basket changes on the site and in the app, and both show the same.
import { linked } from '../support/linked.ts';
import { goodsOf, zloty } from '../support/orders.ts';
import type { LinkedBasket } from '../support/phone.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const SOAP = Number(GOODS.soap.gross);
const BOOK = Number(GOODS.book.gross);

/** What is in a basket, as `product: pieces`. */
const contents = ({ basket }: LinkedBasket) =>
  Object.fromEntries(basket.products.map(({ product_id, quantity }) => [product_id, quantity.quantity]));

const codes = ({ basket }: LinkedBasket) => (basket.promo_codes ?? []).map(({ promo_code_value }) => promo_code_value);

test('on the site: pieces, another product and a removal reach the app with their sums', async ({ page, baseURL, shop, phone }) => {
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.add(GOODS.book);
  await shop.basket();
  await shop.change(GOODS.soap, 3);
  const three = await phone.basket((basket) => contents(basket)[GOODS.soap.id] === 3, 'three pieces on the phone');
  expect(contents(three)).toEqual({ [GOODS.soap.id]: 3, [GOODS.book.id]: 1 });
  expect(goodsOf(three)).toBeCloseTo(3 * SOAP + BOOK, 2);
  await shop.remove(GOODS.soap);
  const one = await phone.basket((basket) => !(GOODS.soap.id in contents(basket)), 'no soap on the phone');
  expect(contents(one)).toEqual({ [GOODS.book.id]: 1 });
  expect(goodsOf(one)).toBeCloseTo(BOOK, 2);
});

test('on the site: the last product goes, and the basket stays linked, empty, for the next one', async ({ page, baseURL, shop, widget, phone }) => {
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.basket();
  await shop.remove(GOODS.soap);
  await phone.basket((basket) => basket.basket.products.length === 0, 'an empty basket on the phone');
  await shop.add(GOODS.book);
  await widget.expectLinked(1);
  expect(contents(await phone.basket((basket) => basket.basket.products.length === 1, 'the book on the phone'))).toEqual({ [GOODS.book.id]: 1 });
});

test('on the site: what is refused there does not reach the app', async ({ page, baseURL, shop, phone, control }) => {
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.basket();
  const before = await control.latest();
  await shop.quantity(GOODS.soap).evaluate((field) => field.removeAttribute('max'));
  await shop.quantity(GOODS.soap).fill('9999');
  await page.getByRole('button', { name: `Zmień: ${GOODS.soap.name}` }).click();
  await expect(page.getByRole('alert')).toContainText('Nie mamy tylu sztuk');
  // The next change is the first that InPost hears of.
  await shop.change(GOODS.soap, 2);
  await phone.basket((basket) => contents(basket)[GOODS.soap.id] === 2, 'two pieces on the phone');
  expect(await control.count('inpost.basket.put', before)).toBe(1);
});

test('in the app: pieces, a removal and a code show on the page at once, and in the shop\u2019s basket', async ({ page, baseURL, shop, widget, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id, GOODS.book.id);
  await shop.product(GOODS.magazine);
  await widget.expectLinked(2);
  expect(await phone.setQuantity(basket, GOODS.soap.id, 4)).toBeFalsy();
  await widget.expectLinked(5);
  await shop.expectCount(5);
  expect(await phone.setQuantity(basket, GOODS.book.id, 0)).toBeFalsy();
  await widget.expectLinked(4);
  expect(await phone.setCodes(basket, 'KLEBEK10')).toEqual({ type: 'ATTENTION', description: 'Kod rabatowy został dodany.' });
  await shop.basket();
  await expect(shop.quantity(GOODS.soap)).toHaveValue('4');
  await expect(shop.quantity(GOODS.book)).toHaveCount(0);
  await expect(page.locator('[data-basket-total]')).toHaveText(zloty(4 * SOAP * 0.9));
  expect(goodsOf(await phone.basket())).toBeCloseTo(4 * SOAP * 0.9, 2);
});

test('in the app: a code is taken out again, and the shop says so', async ({ page, baseURL, shop, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.book.id);
  await phone.setCodes(basket, 'KLEBEK10');
  expect(codes(await phone.basket())).toEqual(['KLEBEK10']);
  expect(await phone.setCodes(basket)).toEqual({ type: 'ATTENTION', description: 'Kod rabatowy został usunięty.' });
  expect(codes(await phone.basket())).toEqual([]);
  await shop.basket();
  await expect(page.locator('[data-basket-total]')).toHaveText(zloty(BOOK));
});

test('in the app: a product that the basket does not have is taken out without a word', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  expect(await phone.setQuantity(basket, GOODS.book.id, 0)).toBeFalsy();
  expect(contents(await phone.basket())).toEqual({ [GOODS.soap.id]: 1 });
});

const LACKING: { what: string; product: string; quantity: number; says: RegExp }[] = [
  { what: 'more than one basket may hold', product: GOODS.soap.id, quantity: 11, says: /10 szt/ },
  { what: 'more than there is', product: 'rekawice-zamiec', quantity: 2, says: /zostało tylko 1 szt/ },
  { what: 'something that is sold out', product: 'kilim-pasieka', quantity: 1, says: /wyprzedany/ },
  { what: 'something that nobody sells', product: 'unicorn', quantity: 1, says: /Sklep nie ma już tego produktu/ },
  { what: 'something whose size is not chosen', product: GOODS.socks.id, quantity: 1, says: /Wybierz wariant/ },
];

test('in the app: what cannot be is answered with an ERROR notice and the basket as it was', async ({ page, baseURL, shop, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  for (const { what, product, quantity, says } of LACKING) {
    const notice = await phone.setQuantity(basket, product, quantity);
    expect(notice?.type, what).toBe('ERROR');
    expect(notice?.description, what).toMatch(says);
    expect(contents(await phone.basket()), what).toEqual({ [GOODS.soap.id]: 1 });
  }
  const notice = await phone.setCodes(basket, 'KLEBEK10', 'NOPE');
  expect(notice).toEqual({ type: 'ERROR', description: 'Kod „NOPE” nie działa. Sprawdź pisownię i datę ważności.' });
  expect(codes(await phone.basket()), 'all codes or none').toEqual([]);
  // The next change is fine, and takes the notice away.
  expect(await phone.setQuantity(basket, GOODS.soap.id, 2)).toBeFalsy();
  expect((await phone.basket()).basket.summary.basket_notice ?? null).toBeNull();
  await shop.basket();
  await expect(shop.quantity(GOODS.soap)).toHaveValue('2');
});

test('several changes in one event are all made, or none', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const event = (book: number) => ({
    event_type: 'PRODUCTS_QUANTITY',
    quantity_event_data: [
      { product_id: GOODS.soap.id, quantity: { quantity: 5, quantity_type: 'INTEGER' } },
      { product_id: GOODS.book.id, quantity: { quantity: book, quantity_type: 'INTEGER' } },
    ],
  });
  expect((await phone.changeBasket(basket, event(1000)))?.type).toBe('ERROR');
  expect(contents(await phone.basket())).toEqual({ [GOODS.soap.id]: 1 });
  expect(await phone.changeBasket(basket, event(2))).toBeFalsy();
  expect(contents(await phone.basket())).toEqual({ [GOODS.soap.id]: 5, [GOODS.book.id]: 2 });
});

test('both sides change at once: both end with the same basket', async ({ page, baseURL, shop, widget, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.product(GOODS.book);
  await widget.expectLinked(1);
  await Promise.all([phone.setQuantity(basket, GOODS.soap.id, 3), widget.button.click()]);
  await widget.expectLinked(4);
  const both = { [GOODS.soap.id]: 3, [GOODS.book.id]: 1 };
  await phone.basket((basket) => JSON.stringify(Object.entries(contents(basket)).sort()) === JSON.stringify(Object.entries(both).sort()), 'both changes on the phone');
});
