// After an order: whose page it is, what the shop's pages show, and that a new basket begins.
import { expectAccessible } from '../support/accessible.ts';
import { linked } from '../support/linked.ts';
import { DELIVERY, expectOrder, expectThankYou } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

const PAY = { payment_type: 'BLIK_CODE', blik_code: BLIK.paid };

test('the order is shown to its own session alone; everyone else gets the friendly page', async ({ browser, baseURL, page, shop, widget, phone }) => {
  test.slow();
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await phone.order(await phone.basket(), PAY);
  await expectThankYou(page);
  const address = page.url();
  const order = await phone.placedOrder();

  const stranger = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), locale: 'pl-PL' });
  const strange = await stranger.newPage();
  for (const where of [address, '/thank-you', '/thank-you?order=', '/thank-you?order=1', "/thank-you?order='--"]) {
    const answer = await strange.goto(where);
    expect(answer?.status(), where).toBe(404);
    await expect(strange.getByRole('heading', { level: 1 })).toHaveText('Tu kończy się nitka');
    expect(await strange.content()).not.toContain(order.customer_order_id);
  }
  // With a basket of their own they are a stranger still.
  await new Shop(strange).add(GOODS.book);
  expect((await strange.goto(address))?.status()).toBe(404);
  await stranger.close();

  await page.reload();
  await expectOrder(page, order, 'paid', Number(GOODS.soap.gross) + DELIVERY.locker);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page);
  }
});

test('a new basket begins, unlinked and empty, and is ordered like the first', async ({ page, shop, widget, phone }) => {
  test.slow();
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const first = await phone.basket();
  await phone.order(first, PAY);
  await expectThankYou(page);
  await shop.expectCount(0);
  await page.getByRole('link', { name: 'Wróć do sklepu' }).click();
  await shop.basket();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Koszyk jest pusty');

  await shop.product(GOODS.magazine);
  await widget.expectUnlinked();
  await widget.link(phone);
  const second = await phone.basket();
  expect(second.inpost_basket_id).not.toBe(first.inpost_basket_id);
  expect(second.basket.products.map(({ product_id }) => product_id)).toEqual([GOODS.magazine.id]);
  await phone.order(second, PAY);
  await expectThankYou(page);
  const orders = (await phone.screen()).orders;
  expect(orders).toHaveLength(2);
  expect(new Set(orders.map((order) => order.customer_order_id)).size).toBe(2);
  await expect(page.getByRole('main')).toContainText(GOODS.magazine.name);
  await expect(page.getByRole('main')).not.toContainText(GOODS.soap.name);
});

test('a page that is left with the thanks on it shows none when it is come back to', async ({ baseURL, page, shop, widget, phone }) => {
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.product(GOODS.soap);
  await widget.expectLinked(1);
  await phone.order(await phone.basket(), PAY);
  await expect(widget.screen('thanks')).toBeVisible();
  // As a browser does that keeps the page whole for the way back.
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await expect(widget.dialog).toHaveCount(0);
  await widget.expectUnlinked();
});

test('every tab of the shopper that saw the basket linked is led to the order', async ({ context, page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const second = await context.newPage();
  await new Shop(second).basket();
  await new Widget(second).expectLinked(1);
  await phone.order(await phone.basket(), PAY);
  await expectThankYou(page);
  await expectThankYou(second);
  expect(second.url()).toBe(page.url());
});

test('whoever shops on after an order is not led back to it', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await phone.order(await phone.basket(), PAY);
  await expectThankYou(page);
  await shop.product(GOODS.book);
  await widget.expectUnlinked();
  await page.reload();
  await widget.expectUnlinked();
  await expect(page).toHaveURL(/\/product\//);
  await shop.expectCount(0);
});
