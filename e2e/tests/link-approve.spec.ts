// Flow A: a shopper links a basket by phone number, from the click to the linked button.
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

test('a shopper links from a product page, approving in the app', async ({ shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await expect(widget.button).toHaveAccessibleName('Utwórz koszyk z InPost Pay');
  await widget.ask(person);
  await expect(widget.dialog).toContainText(person.masked);
  await expect(widget.button).toHaveAccessibleName('Czeka na potwierdzenie w aplikacji');
  await phone.approve();
  await widget.expectJustLinked();
  await expect(widget.dialog).toContainText(person.masked);
  // Nobody has to close it.
  await widget.expectLinked(1);
  const { basket } = await phone.basket();
  expect(basket.products.map(({ product_id, quantity }) => [product_id, quantity.quantity])).toEqual([[GOODS.soap.id, 1]]);
  expect(Number(basket.summary.basket_base_price.gross)).toBe(Number(GOODS.soap.gross));
  await shop.expectCount(1);
});

test('a shopper links from the basket page, in English', async ({ page, person, phone }) => {
  const shop = new Shop(page, 'en');
  const widget = new Widget(page, 'en');
  await shop.add(GOODS.soap);
  await shop.add(GOODS.book);
  await shop.basket();
  await expect(widget.button).toHaveAccessibleName('Buy with InPost Pay');
  await widget.ask(person);
  await expect(widget.dialog).toContainText('Notification sent to');
  await expect(widget.dialog).toContainText(person.masked);
  await phone.approve();
  await widget.expectJustLinked();
  await widget.finish(2);
  const { basket } = await phone.basket();
  expect(basket.products.map(({ product_id }) => product_id).sort()).toEqual([GOODS.book.id, GOODS.soap.id].sort());
});

test('what stood in the basket goes into the app with the product', async ({ shop, widget, phone }) => {
  await shop.add(GOODS.book);
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await widget.expectLinked(2);
  const { basket } = await phone.basket();
  expect(basket.products.map(({ product_id }) => product_id).sort()).toEqual([GOODS.book.id, GOODS.soap.id].sort());
});

test('a shopper who is signed out of the app signs in and approves', async ({ shop, widget, person, phone }) => {
  await phone.signOut();
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await expect(phone.approve()).rejects.toThrow(/sign in/);
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve({ sign_in: true });
  await widget.expectJustLinked();
  expect((await phone.screen()).signed_in).toBe(true);
});

test('a browser that is not trusted keeps no cookie and shows no number', async ({ context, page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone, { trust_browser: false });
  await page.reload();
  await widget.expectLinked(1);
  await expect(widget.button).not.toContainText(person.masked);
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('BrowserId');
});

test('a trusted browser keeps a cookie that no script can read, and shows the number', async ({ context, page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('BrowserId');
  await phone.approve({ trust_browser: true });
  await widget.expectJustLinked();
  await expect(widget.button).toContainText(person.masked);
  await expect.poll(async () => (await context.cookies()).find(({ name }) => name === 'BrowserId')).toMatchObject({
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    domain: '127.0.0.1',
  });
  const cookie = (await context.cookies()).find(({ name }) => name === 'BrowserId');
  const days = ((cookie?.expires ?? 0) - Date.now() / 1000) / 86_400;
  expect(days).toBeGreaterThan(364);
  expect(days).toBeLessThan(366);
  expect(await page.evaluate(() => document.cookie)).not.toContain('BrowserId');
  expect((await phone.screen()).trusted_browsers).toHaveLength(1);
});

test('the linked button opens a panel that says what to do now', async ({ shop, widget, person, phone, isMobile }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await shop.basket();
  await widget.button.click();
  await expect(widget.screen('panel')).toBeVisible();
  await expect(widget.dialog).toContainText(person.masked);
  // There is no app on a desk.
  await expect(widget.dialog.getByRole('button', { name: 'Otwórz aplikację' })).toBeVisible({ visible: isMobile });
  await widget.dialog.getByRole('button', { name: 'Zamknij' }).click();
  await widget.expectLinked(1);
});
