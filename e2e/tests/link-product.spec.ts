// Flow A, when the product cannot be had: options not chosen, sold out before or while linking.
import type { Browser } from '@playwright/test';
import { BLIK } from '../support/people.ts';
import type { Phone } from '../support/phone.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS, Shop, type Goods } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

/** Another shopper orders a product and leaves the payment open: it is reserved. Returns what gives it back. */
async function reserve(browser: Browser, baseURL: string | undefined, phone: Phone, goods: Goods): Promise<() => Promise<void>> {
  const context = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), locale: 'pl-PL' });
  const page = await context.newPage();
  await new Shop(page).product(goods);
  await new Widget(page).link(phone);
  const basket = await phone.basket();
  await expect(phone.order(basket, { payment_type: 'BLIK_CODE', blik_code: BLIK.declined })).rejects.toThrow(Refusal);
  await context.close();
  return async () => phone.giveUp(await phone.placedOrder());
}

test('options not chosen: it says which way on, nothing is added; with them it links that variant', async ({ page, shop, widget, phone, control }) => {
  await shop.product(GOODS.socks);
  const before = await control.latest();
  await widget.button.click();
  await expect(widget.screen('optionsMissing')).toBeVisible();
  await expect(widget.dialog).toContainText('wybierz rozmiar, kolor lub inne opcje');
  await widget.dialog.getByRole('button', { name: 'Wybieram' }).click();
  await expect(widget.dialog).toHaveCount(0);
  await shop.expectCount(0);
  expect(await control.calls(before)).toEqual([]);

  await page.getByRole('radio', { name: '39–41' }).check({ force: true });
  await widget.link(phone);
  await widget.expectLinked(1);
  const { basket } = await phone.basket();
  expect(basket.products.map(({ product_id }) => product_id)).toEqual(['skarpety-baca-39-41']);
});

test('what is sold out has no button', async ({ page, shop }) => {
  await shop.product(GOODS.kilim);
  await expect(page.getByRole('main')).toContainText('Wyprzedane');
  await expect(page.locator('inpost-izi-button')).toHaveCount(0);
});

test.describe('the last piece goes to someone else', () => {
  test('before the click: sold out, nothing is added', async ({ browser, baseURL, shop, widget, otherPhone, control }) => {
    await shop.product(GOODS.mittens);
    const giveBack = await reserve(browser, baseURL, otherPhone, GOODS.mittens);
    const before = await control.latest();
    await widget.button.click();
    await expect(widget.screen('soldOut')).toBeVisible();
    await expect(widget.dialog).toContainText('Ktoś był szybszy. Wybierz inny produkt lub wariant.');
    await widget.dialog.getByRole('button', { name: 'Rozumiem' }).click();
    await expect(widget.dialog).toHaveCount(0);
    await shop.expectCount(0);
    expect(await control.calls(before)).toEqual([]);
    await giveBack();
  });

  test('between the click and the basket: sold out, and it links once there is one again', async ({ browser, baseURL, page, shop, widget, phone, otherPhone }) => {
    await shop.product(GOODS.mittens);
    let giveBack = async () => {};
    await page.route('**/api/widget/items', async (route) => {
      giveBack = await reserve(browser, baseURL, otherPhone, GOODS.mittens);
      await route.continue();
    }, { times: 1 });
    await widget.button.click();
    await expect(widget.screen('soldOut')).toBeVisible({ timeout: 20_000 });
    await widget.dialog.getByRole('button', { name: 'Rozumiem' }).click();
    await shop.expectCount(0);
    await giveBack();
    await expect(async () => {
      await widget.button.click();
      await expect(widget.screen('phone')).toBeVisible({ timeout: 1000 });
    }).toPass();
    await widget.send(phone.person);
    await phone.approve();
    await widget.expectJustLinked();
    await shop.basket();
    await widget.expectLinked(1);
  });

  test('while linking: it links, and the app is told why it cannot be ordered', async ({ browser, baseURL, shop, widget, person, phone, otherPhone }) => {
    await shop.product(GOODS.mittens);
    await widget.open();
    const giveBack = await reserve(browser, baseURL, otherPhone, GOODS.mittens);
    await widget.send(person);
    await phone.approve();
    await widget.expectJustLinked();
    await widget.press('done').click();
    const basket = await phone.basket();
    await expect(phone.order(basket, { payment_type: 'BLIK_CODE', blik_code: BLIK.paid })).rejects.toThrow(Refusal);
    const told = await phone.basket(({ basket }) => basket.summary.basket_notice !== undefined, 'a notice in the basket');
    expect(told.basket.summary.basket_notice?.type).toBe('ERROR');
    expect((await phone.screen()).orders).toEqual([]);
    // The shop's page says it too, and the basket is still the shopper's.
    await shop.basket();
    await expect(shop.page.getByText('Zostało sztuk: 0')).toBeVisible();
    await widget.expectLinked(1);
    await giveBack();
  });
});
