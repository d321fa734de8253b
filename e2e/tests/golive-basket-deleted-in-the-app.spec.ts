// The vendor's go-live scenario: the shopper deletes the linked basket in the app.
import { DELIVERY, expectOrder, expectThankYou } from '../support/orders.ts';
import { linked } from '../support/linked.ts';
import { BLIK } from '../support/people.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

test('the page is back to the button, the products stay, and the basket is linked anew and ordered', async ({ page, shop, widget, phone }) => {
  test.slow();
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const first = await phone.basket();
  await phone.deleteBasket(first);
  await widget.expectUnlinked();
  await shop.basket();
  await expect(shop.quantity(GOODS.soap)).toHaveValue('1');
  await widget.link(phone);
  await phone.order(await phone.basket(), { payment_type: 'BLIK_CODE', blik_code: BLIK.paid });
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', Number(GOODS.soap.gross) + DELIVERY.locker);
});

test('somebody else links it afterwards: it is theirs, and gone from the first phone', async ({ shop, widget, phone, otherPhone, page, baseURL }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await phone.deleteBasket(basket);
  await shop.basket();
  await widget.link(otherPhone);
  expect((await otherPhone.basket()).basket.products).toHaveLength(1);
  expect((await phone.screen()).baskets).toEqual([]);
});

test('a trusted browser stays trusted: one click links the basket again, with nothing to approve', async ({ shop, widget, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone, { trust_browser: true });
  await phone.deleteBasket(await phone.basket());
  await widget.expectUnlinked();
  const before = await control.latest();
  await shop.basket();
  await widget.button.click();
  await widget.expectLinked(1);
  expect(await control.count('inpost.binding.start', before)).toBe(0);
  await phone.basket();
});
