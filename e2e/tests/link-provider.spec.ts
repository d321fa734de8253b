// Flow A, when InPost is down, slow, or lost in the middle of a sentence.
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

test('InPost is down: the page says so, and "try again" links once it is back', async ({ stage, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.open();
  await stage.sandbox.stop();
  await widget.send(person);
  await expect(widget.screen('unavailable')).toBeVisible({ timeout: 15_000 });
  await expect(widget.dialog).toContainText('Odczekaj moment i spróbuj ponownie. Twój koszyk jest bezpieczny.');
  await stage.sandbox.start();
  await widget.press('retry').click();
  await widget.toNumber();
  await widget.press('connect').click();
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve();
  await widget.expectJustLinked();
  await widget.finish(1);
});

test('InPost is down from the first click on: the shop still has the product', async ({ stage, shop, widget, person }) => {
  await stage.sandbox.stop();
  await shop.product(GOODS.soap);
  await widget.open();
  await widget.send(person);
  await expect(widget.screen('unavailable')).toBeVisible({ timeout: 15_000 });
  await widget.dialog.getByText('Zamknij', { exact: true }).click();
  await widget.expectUnlinked();
  await shop.expectCount(1);
});

test('InPost takes 5 s: the button is busy meanwhile, and it links', async ({ shop, widget, person, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.open();
  await control.fault({ call: 'inpost.binding.start', kind: 'delay', ms: 5000, times: 1 });
  const before = await control.latest();
  await widget.send(person);
  await expect(widget.press('connecting')).toHaveAttribute('aria-busy', 'true');
  // Impatience sends nothing more.
  await widget.press('connecting').click();
  await expect(widget.screen('waiting')).toBeVisible({ timeout: 12_000 });
  expect(await control.count('inpost.binding.start', before)).toBe(1);
  await phone.approve();
  await widget.expectJustLinked();
});

test('InPost takes 5 s to say whether the basket is linked: the button is busy, and goes on', async ({ page, shop, widget, control }) => {
  await shop.product(GOODS.soap);
  await control.fault({ call: 'inpost.binding.read', kind: 'delay', ms: 5000, times: 1 });
  await widget.button.click();
  await expect(widget.button).toHaveAttribute('aria-busy', 'true');
  await expect(page.locator('inpost-izi-button').getByRole('status')).toHaveText('Chwileczkę…');
  await expect(widget.screen('phone')).toBeVisible({ timeout: 12_000 });
  await expect(widget.button).toHaveAttribute('aria-busy', 'false');
});

for (const { kind, what } of [
  { kind: 'drop_after', what: 'the connection breaks after InPost has sent the push' },
  { kind: 'drop_before', what: 'the connection breaks before InPost has done anything' },
  { kind: 'fail_after', what: 'InPost fails after it has sent the push' },
  { kind: 'duplicate', what: 'InPost gets the request twice' },
] as const) {
  test(`${what}: one push, and it links`, async ({ shop, widget, person, phone, control }) => {
    await shop.product(GOODS.soap);
    await widget.open();
    await control.fault({ call: 'inpost.binding.start', kind, times: 1 });
    await widget.send(person);
    await expect(widget.screen('waiting')).toBeVisible();
    expect((await phone.screen()).inbox).toHaveLength(1);
    await phone.approve();
    await widget.expectJustLinked();
    expect((await phone.screen()).baskets).toHaveLength(1);
  });
}

test('the confirmation is sent twice, to the byte: linked once', async ({ shop, widget, person, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await control.fault({ call: 'inpost.merchant.basket.confirmation', kind: 'replay', times: 1 });
  await phone.approve();
  await widget.expectJustLinked();
  await widget.finish(1);
  expect((await phone.screen()).baskets).toHaveLength(1);
});

test('the answer to the confirmation is lost: InPost asks again, and it links', async ({ shop, widget, person, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await control.fault({ call: 'inpost.merchant.basket.confirmation', kind: 'drop_after', times: 1 });
  await phone.approve();
  await widget.expectJustLinked();
  expect((await phone.screen()).baskets).toHaveLength(1);
});
