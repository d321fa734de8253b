// Flow J: a linked basket is bought on the shop's own pages, without the app.
import type { Page } from '@playwright/test';
import { linked } from '../support/linked.ts';
import { DELIVERY, zloty } from '../support/orders.ts';
import { BLIK, INVOICE } from '../support/people.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

const BUYER = INVOICE.person;
const TOTAL = Number(GOODS.soap.gross) + DELIVERY.locker;

/** Fills the shop's own checkout in, and orders. */
async function buy(page: Page): Promise<void> {
  await page.goto('/basket');
  await page.getByRole('link', { name: 'Zamów tutaj, bez aplikacji' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dostawa i płatność');
  await page.getByLabel('Imię').fill(BUYER.name);
  await page.getByLabel('Nazwisko').fill(BUYER.surname);
  await page.getByLabel('E-mail').fill(BUYER.mail);
  await page.getByLabel('Telefon').fill('512799999');
  await page.getByLabel('Kod automatu paczkowego').fill('WAW01M');
  await page.getByRole('checkbox', { name: /Akceptuję regulamin/ }).check();
  await page.getByRole('checkbox', { name: /przetwarza moje dane/ }).check();
  await page.getByRole('button', { name: 'Zamawiam z obowiązkiem zapłaty' }).click();
  await expect(page).toHaveURL(/\/thank-you\?order=/);
}

test('the basket leaves the app as bought, every page is unlinked, and the next basket is a new one', async ({ context, page, baseURL, shop, widget, phone, control }) => {
  const first = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const other = await context.newPage();
  await new Shop(other).product(GOODS.book);
  await new Widget(other).expectLinked(1);
  const before = await control.latest();
  await buy(page);
  await expect(page.locator('[data-order-total]')).toHaveText(zloty(TOTAL));
  await phone.noBasket();
  // No order of the app's, nothing to pay there.
  expect((await phone.screen()).orders).toEqual([]);
  expect((await control.calls(before)).filter(({ call }) => call === 'inpost.binding.delete').map(({ status }) => status)).toEqual([204]);
  await new Widget(other).expectUnlinked();

  await shop.expectCount(0);
  await shop.product(GOODS.book);
  await widget.expectUnlinked();
  const second = await linked(page, baseURL ?? '', phone, GOODS.book.id);
  expect(second.inpost_basket_id).not.toBe(first.inpost_basket_id);
  expect(second.basket.products.map(({ product_id }) => product_id)).toEqual([GOODS.book.id]);
});

test('InPost is down: the shop sells all the same, and InPost hears of it once it is back', async ({ stage, page, baseURL, phone }) => {
  test.slow();
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await stage.sandbox.stop();
  await buy(page);
  await stage.sandbox.start();
  await phone.noBasket();
});

test('ordered in the app at the same time: there is one order', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await buy(page);
  // The phone may not know yet.
  await expect(phone.order(basket, { payment_type: 'BLIK_CODE', blik_code: BLIK.paid })).rejects.toThrow(Refusal);
  expect((await phone.screen()).orders).toEqual([]);
  await expect(page.locator('[data-order-total]')).toHaveText(zloty(TOTAL));
});

test('an event of the app that comes after it changes nothing: the basket has an order', async ({ page, baseURL, phone, control }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await control.fault({ call: 'inpost.merchant.basket.event', kind: 'hold', times: 1 });
  await phone.setQuantity(basket, GOODS.soap.id, 5);
  const [held] = await control.held();
  await buy(page);
  expect(await control.release(held?.id ?? 0)).toEqual({ status: 409, error_code: 'ORDER_EXISTS' });
  await page.reload();
  await expect(page.locator('[data-order-total]')).toHaveText(zloty(TOTAL));
});
