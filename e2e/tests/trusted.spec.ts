// Flow C: a browser that the shopper trusts links without any dialog.
import { expectAccessible } from '../support/accessible.ts';
import type { Phone } from '../support/phone.ts';
import { GOODS, type Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import type { Widget } from '../support/widget.ts';

/** The browser is trusted, and its basket is no longer linked. */
async function trust(shop: Shop, widget: Widget, phone: Phone): Promise<void> {
  await shop.product(GOODS.soap);
  await widget.link(phone, { trust_browser: true });
  await phone.deleteBasket(await phone.basket());
  await widget.expectUnlinked();
}

test('a trusted browser links at the first click, without a dialog', async ({ page, shop, widget, person, phone, control }) => {
  await trust(shop, widget, phone);
  const before = await control.latest();
  await shop.product(GOODS.book);
  await widget.button.click();
  await widget.expectLinked(2);
  await expect(widget.button).toContainText(person.masked);
  await expectAccessible(page);
  const { basket } = await phone.basket();
  expect(basket.products.map(({ product_id }) => product_id).sort()).toEqual([GOODS.book.id, GOODS.soap.id].sort());
  // No push, and nothing to approve.
  expect(await control.count('inpost.binding.start', before)).toBe(0);
  expect((await phone.screen()).inbox).toEqual([]);
});

test('from the basket page too, and no dialog shows on the way', async ({ page, shop, widget, phone }) => {
  await trust(shop, widget, phone);
  await shop.basket();
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    document.addEventListener('iziModalEventOpen', () => seen.push('open'));
  });
  await widget.button.click();
  await widget.expectLinked(1);
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([]);
  await phone.basket();
});

test('a browser that InPost trusts no more is asked for the number', async ({ shop, widget, person, phone, control }) => {
  await trust(shop, widget, phone);
  await shop.basket();
  // It still seemed to be trusted when the shopper clicked.
  await control.fault({ call: 'inpost.basket.put', kind: 'fail', status: 404, error_code: 'BROWSER_NOT_FOUND' });
  await widget.button.click();
  await expect(widget.screen('phone')).toBeVisible();
  await control.noFaults();
  await widget.send(person);
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve();
  await widget.expectJustLinked();
});

test('InPost is down: a trusted browser is told so, and links once it is back', async ({ stage, shop, widget, phone }) => {
  await trust(shop, widget, phone);
  await shop.basket();
  await stage.sandbox.stop();
  await widget.button.click();
  await expect(widget.screen('unavailable')).toBeVisible({ timeout: 15_000 });
  await stage.sandbox.start();
  await widget.press('retry').click();
  await widget.expectLinked(1);
  await phone.basket();
});

test('a double click in a trusted browser adds one piece', async ({ shop, widget, phone }) => {
  await trust(shop, widget, phone);
  await shop.product(GOODS.book);
  await widget.button.dblclick();
  await expect(widget.button).toHaveAccessibleName(/^Produkty w koszyku InPost Pay/);
  await phone.basket(({ basket }) => basket.products.length === 2, 'both products on the phone');
  await shop.expectCount(2);
});
