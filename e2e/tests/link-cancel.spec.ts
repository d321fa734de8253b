// Flow A, when the shopper turns away: cancels, closes, presses Escape; and what becomes of an approval after that.
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

test('"Anuluj" takes the push back: approving it afterwards links nothing', async ({ shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  const push = await phone.message();
  await widget.press('cancel').click();
  await expect(widget.screen('cancelled')).toBeVisible();
  await expect(widget.dialog).toContainText('Możesz spróbować ponownie w każdej chwili.');
  await phone.nothingWaits();
  await expect(phone.approveLate(push)).rejects.toThrow(Refusal);
  await widget.dialog.getByText('Zamknij', { exact: true }).click();
  await widget.expectUnlinked();
  await shop.expectCount(1);
  expect((await phone.screen()).baskets).toEqual([]);
});

test('an approval that crosses "Anuluj" on the way links nothing on either side', async ({ page, shop, widget, person, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  const push = await phone.message();
  // InPost has not heard of it yet when the shopper approves.
  await control.fault({ call: 'inpost.binding.delete', kind: 'drop_before' });
  await widget.press('cancel').click();
  await expect(widget.screen('cancelled')).toBeVisible();
  await expect(phone.approveLate(push)).rejects.toThrow(/did not accept the link/);
  expect((await phone.screen()).baskets).toEqual([]);
  await control.noFaults();
  await expect(widget.screen('cancelled')).toBeVisible();
  await page.reload();
  await widget.expectUnlinked();
});

test('after "Anuluj" the same number links, by a new push', async ({ shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  const { id } = await phone.message();
  await widget.press('cancel').click();
  await widget.press('retry').click();
  await expect(widget.screen('phone')).toBeVisible();
  await phone.nothingWaits();
  await widget.press('connect').click();
  await expect(widget.screen('waiting')).toBeVisible();
  expect((await phone.message()).id).not.toBe(id);
  await phone.approve();
  await widget.expectJustLinked();
  await widget.finish(1);
});

for (const { how, leave } of [
  { how: 'Escape', leave: 'escape' },
  { how: 'the cross', leave: 'cross' },
  { how: 'a click beside the dialog', leave: 'beside' },
] as const) {
  test(`${how} closes the phone screen and sends nothing; the number typed is kept`, async ({ page, shop, widget, person, control }) => {
    await shop.product(GOODS.soap);
    await widget.open();
    const before = await control.latest();
    await widget.number.fill(person.phone);
    if (leave === 'escape') await page.keyboard.press('Escape');
    if (leave === 'cross') await widget.dialog.getByRole('banner').or(widget.dialog).getByRole('button', { name: 'Zamknij' }).first().click();
    if (leave === 'beside') await page.mouse.click(4, 4);
    await expect(widget.dialog).toHaveCount(0);
    await expect(widget.button).toBeFocused();
    expect(await control.count('inpost.binding.start', before)).toBe(0);
    await widget.open();
    await expect(widget.number).toHaveValue(person.phone.replace(/(...)(?=.)/g, '$1 '));
    await shop.expectCount(1);
  });
}

test('Escape while waiting only hides the dialog: the button waits on, and links', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await page.keyboard.press('Escape');
  await expect(widget.dialog).toHaveCount(0);
  await expect(widget.button).toHaveAccessibleName('Czeka na potwierdzenie w aplikacji');
  // Another click brings the same waiting back.
  await widget.button.click();
  await expect(widget.screen('waiting')).toBeVisible();
  await expect(widget.dialog).toContainText(person.masked);
  await page.keyboard.press('Escape');
  await phone.approve();
  await widget.expectLinked(1);
});

test('without a network it says so, and goes on when there is one', async ({ context, shop, widget }) => {
  await shop.product(GOODS.soap);
  await widget.open();
  await widget.dialog.getByRole('button', { name: 'Zamknij' }).click();
  await context.setOffline(true);
  await widget.button.click();
  await expect(widget.dialog).toHaveAccessibleName('Brak połączenia z internetem');
  await expect(widget.dialog).toContainText('Nic nie zginęło.');
  await context.setOffline(false);
  await widget.press('retry').click();
  await expect(widget.screen('phone')).toBeVisible();
  await widget.dialog.getByRole('button', { name: 'Zamknij' }).click();
  await shop.expectCount(1);
});
