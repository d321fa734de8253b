// Flow A: a shopper links a basket by phone number, from the click to the linked button.
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

test('a shopper links from a product page, approving in the app', async ({ shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await expect(widget.dialog).toContainText(person.masked);
  await phone.approve();
  await widget.expectJustLinked();
  await widget.expectLinked(1);
  const { basket } = await phone.basket();
  expect(basket.products.map(({ product_id, quantity }) => [product_id, quantity.quantity])).toEqual([[GOODS.soap.id, 1]]);
  await shop.expectCount(1);
});
