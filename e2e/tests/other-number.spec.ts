// Flow E: a linked basket goes to another account.
import { expectAccessible } from '../support/accessible.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

test('another number: the old phone loses the basket, the browser is forgotten, the other phone gets it', async ({ context, page, shop, widget, person, phone, otherPhone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone, { trust_browser: true });
  await expect.poll(async () => (await context.cookies()).some(({ name }) => name === 'BrowserId')).toBe(true);
  await shop.basket();
  await widget.button.click();
  await expect(widget.screen('panel')).toBeVisible();
  await widget.press('otherAccount').click();
  await expect(widget.screen('confirm')).toBeVisible();
  await expect(widget.dialog).toHaveAccessibleName(new RegExp(`innym niż ${person.masked.replaceAll('*', '\\*')}\\?$`));
  await expect(widget.dialog).toContainText('Produkty w sklepie zostaną.');
  await expectAccessible(page);
  await widget.press('confirm').click();

  await expect(widget.screen('phone')).toBeVisible();
  // Another number is wanted: the old one is not offered again.
  await expect(widget.number).toHaveValue('');
  await phone.noBasket();
  await expect.poll(async () => (await phone.screen()).trusted_browsers).toEqual([]);
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('BrowserId');

  await widget.send(otherPhone.person);
  await expect(widget.screen('waiting')).toBeVisible();
  await expect(widget.dialog).toContainText(otherPhone.person.masked);
  await otherPhone.approve();
  await widget.expectJustLinked();
  await widget.finish(1);
  const { basket } = await otherPhone.basket();
  expect(basket.products.map(({ product_id }) => product_id)).toEqual([GOODS.soap.id]);
  expect((await phone.screen()).baskets).toEqual([]);
});

test('"Wróć" and closing leave the link as it is', async ({ shop, widget, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await shop.basket();
  const before = await control.latest();
  await widget.button.click();
  await widget.press('otherAccount').click();
  await expect(widget.screen('confirm')).toBeVisible();
  await widget.press('keep').click();
  await expect(widget.screen('panel')).toBeVisible();
  await widget.press('otherAccount').click();
  await widget.page.keyboard.press('Escape');
  await widget.expectLinked(1);
  expect(await control.count('inpost.binding.delete', before)).toBe(0);
  expect((await phone.screen()).baskets).toHaveLength(1);
});

test('InPost is down for a moment: the button is busy, and the old phone hears of it in the end', async ({ stage, shop, widget, phone, otherPhone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await shop.basket();
  await widget.button.click();
  await widget.press('otherAccount').click();
  await stage.sandbox.stop();
  await widget.press('confirm').click();
  await expect(widget.press('confirm')).toHaveAttribute('aria-busy', 'true');
  await stage.sandbox.start();
  await expect(widget.screen('phone')).toBeVisible({ timeout: 15_000 });
  await phone.noBasket();
  await widget.send(otherPhone.person);
  await expect(widget.screen('waiting')).toBeVisible();
  await otherPhone.approve();
  await widget.expectJustLinked();
});

test('the backend is killed while it unlinks: the old phone loses the basket all the same', async ({ stage, shop, widget, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await shop.basket();
  await widget.button.click();
  await widget.press('otherAccount').click();
  await control.fault({ call: 'inpost.binding.delete', kind: 'delay', ms: 2000, times: 1 });
  await widget.press('confirm').click();
  await control.struck();
  await stage.server.kill();
  await stage.server.start();
  await phone.noBasket();
  await shop.basket();
  await widget.expectUnlinked();
});

test('a link ended in one tab ends in the other', async ({ context, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const page = await context.newPage();
  await page.goto('/basket');
  await page.getByRole('button', { name: 'Produkty w koszyku InPost Pay' }).click();
  await page.getByRole('button', { name: 'Połącz te zakupy z innym kontem' }).click();
  await page.getByRole('button', { name: 'Połącz z innym numerem telefonu' }).click();
  await expect(page.getByRole('dialog', { name: 'Połącz koszyk z aplikacją' })).toBeVisible();
  await widget.expectUnlinked();
  await phone.noBasket();
});
