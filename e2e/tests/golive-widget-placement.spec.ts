// The vendor's go-live scenario: where the button stands, and where it does not.
import type { Page } from '@playwright/test';
import { expectThankYou } from '../support/orders.ts';
import { linked } from '../support/linked.ts';
import { BLIK } from '../support/people.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

const tags = (page: Page) => page.locator('inpost-izi-button');

/** The button is whole in its place: as high as a finger, no wider than what it stands in, nothing scrolls sideways. */
async function expectWhole(page: Page, widget: Widget): Promise<void> {
  await widget.button.scrollIntoViewIfNeeded();
  await expect(widget.button).toBeInViewport({ ratio: 1 });
  const box = await widget.button.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(48);
  expect(box?.width).toBeGreaterThanOrEqual(220);
  const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(inner).toBeLessThanOrEqual(outer ?? 0);
}

test('on a product\u2019s page it stands below the shop\u2019s own button, and the app is told so', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await expect(tags(page)).toHaveCount(1);
  await expect(widget.button).toHaveAccessibleName('Utwórz koszyk z InPost Pay');
  await expectWhole(page, widget);
  const own = await page.getByRole('button', { name: 'Dodaj do koszyka' }).boundingBox();
  const ours = await widget.button.boundingBox();
  expect(ours?.y).toBeGreaterThanOrEqual((own?.y ?? Infinity) + (own?.height ?? 0));
  await widget.ask(person);
  expect(await phone.message()).toMatchObject({ binding_place: 'PRODUCT_CARD' });
});

test('on the basket\u2019s page it stands below the sum, and the app is told so', async ({ page, shop, widget, person, phone }) => {
  await shop.add(GOODS.soap);
  await shop.basket();
  await expect(tags(page)).toHaveCount(1);
  await expect(widget.button).toHaveAccessibleName('Kup z InPost Pay');
  await expectWhole(page, widget);
  const sum = await page.locator('[data-basket-total]').boundingBox();
  expect((await widget.button.boundingBox())?.y).toBeGreaterThan(sum?.y ?? Infinity);
  await widget.ask(person);
  expect(await phone.message()).toMatchObject({ binding_place: 'BASKET_SUMMARY' });
});

test('linked, it says so in the same places, with the count', async ({ page, baseURL, shop, widget, phone }) => {
  await linked(page, baseURL ?? '', phone, GOODS.soap.id, GOODS.book.id);
  for (const go of [() => shop.product(GOODS.soap), () => shop.product(GOODS.magazine), () => shop.basket()]) {
    await go();
    await widget.expectLinked(2);
    await expectWhole(page, widget);
  }
});

test('it speaks the page\u2019s language', async ({ page }) => {
  await new Shop(page, 'en').product(GOODS.soap);
  await expect(new Widget(page, 'en').button).toHaveAccessibleName('Create a basket with InPost Pay');
});

test('where there is nothing to buy it does not stand: sold out, an empty basket, the order\u2019s page, the other pages', async ({ page, baseURL, shop, phone }) => {
  for (const path of ['/', '/product/kilim-pasieka', '/basket', '/terms', '/nowhere']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(tags(page), path).toHaveCount(0);
  }
  await phone.order(await linked(page, baseURL ?? '', phone, GOODS.soap.id), { payment_type: 'BLIK_CODE', blik_code: BLIK.paid });
  await page.goto(`/thank-you?order=${(await phone.placedOrder()).order_id}`);
  await expectThankYou(page);
  await expect(tags(page)).toHaveCount(0);
  await shop.basket();
  await expect(tags(page)).toHaveCount(0);
});

test('a product whose size is not chosen is not linked: it says what to do, and links the one that is chosen', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.socks);
  await widget.button.click();
  await expect(widget.screen('optionsMissing')).toBeVisible();
  await widget.dialog.getByRole('button', { name: 'Wybieram' }).click();
  await expect(widget.dialog).toHaveCount(0);
  await shop.expectCount(0);
  await page.getByRole('radio', { name: '39–41' }).check({ force: true });
  await widget.link(phone);
  expect((await phone.basket()).basket.products.map(({ product_id }) => product_id)).toEqual(['skarpety-baca-39-41']);
});
