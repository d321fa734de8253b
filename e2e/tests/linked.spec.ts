// Flow D: the basket is linked already, and changes on either side.
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

test('another product: no dialog, the count goes up, the app gets it', async ({ page, shop, widget, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const before = await control.latest();
  await shop.product(GOODS.book);
  await widget.expectLinked(1);
  await widget.button.click();
  await widget.expectLinked(2);
  await expect(page.getByRole('status').filter({ hasText: 'Dodano. Liczba produktów w koszyku InPost Pay: 2' })).toHaveCount(1);
  await phone.basket(({ basket }) => basket.products.some(({ product_id }) => product_id === GOODS.book.id), 'the book on the phone');
  await expect(widget.dialog).toHaveCount(0);
  expect(await control.count('inpost.binding.start', before)).toBe(0);
  expect((await phone.screen()).inbox).toEqual([]);
  await shop.expectCount(2);
});

test('the same product once more: one more piece, and a double click is one click', async ({ shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await widget.button.click();
  await widget.expectLinked(2);
  await widget.button.dblclick();
  await expect(widget.button).toHaveAccessibleName(/\b[34]$/);
  await phone.basket(({ basket }) => basket.products[0]?.quantity.quantity === 3, 'three pieces on the phone');
  await widget.expectLinked(3);
});

test('what changes in the shop reaches the app, and every tab', async ({ context, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const there = new Widget(await context.newPage());
  await new Shop(there.page).product(GOODS.soap);
  await there.expectLinked(1);
  await shop.basket();
  await shop.change(GOODS.soap, 4);
  await there.expectLinked(4);
  await phone.basket(({ basket }) => basket.products[0]?.quantity.quantity === 4, 'four pieces on the phone');
});

test('what changes in the app shows on the page without a reload', async ({ shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await phone.changeBasket(await phone.basket(), {
    event_type: 'PRODUCTS_QUANTITY',
    quantity_event_data: [{ product_id: GOODS.soap.id, quantity: { quantity: 5, quantity_type: 'INTEGER' } }],
  });
  await widget.expectLinked(5);
});

test('deleted in the app: the button is as before linking, the products stay in the shop', async ({ shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await phone.deleteBasket(await phone.basket());
  await widget.expectUnlinked();
  await shop.basket();
  await expect(shop.quantity(GOODS.soap)).toHaveValue('1');
});

test('deleted in the app while the panel is open: it says so, and links anew', async ({ shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await shop.basket();
  await widget.button.click();
  await expect(widget.screen('panel')).toBeVisible();
  await phone.deleteBasket(await phone.basket());
  await expect(widget.screen('deleted')).toBeVisible();
  await expect(widget.dialog).toContainText('Produkty w sklepie zostały.');
  await widget.dialog.getByRole('button', { name: 'Połącz ponownie' }).click();
  await expect(widget.screen('phone')).toBeVisible();
  await widget.send(person);
  await phone.approve();
  await widget.expectJustLinked();
});

test('InPost is down while the shop changes the basket: the app gets it once it is back', async ({ stage, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await stage.sandbox.stop();
  await shop.basket();
  await shop.change(GOODS.soap, 2);
  await widget.expectLinked(2);
  await stage.sandbox.start();
  await phone.basket(({ basket }) => basket.products[0]?.quantity.quantity === 2, 'two pieces on the phone');
});

test('a shop that sets the count itself is heard: inpost-update-count', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await page.evaluate(() => {
    for (const button of document.querySelectorAll('inpost-izi-button')) {
      button.dispatchEvent(new CustomEvent('inpost-update-count', { detail: 7 }));
    }
  });
  await widget.expectLinked(7);
});
