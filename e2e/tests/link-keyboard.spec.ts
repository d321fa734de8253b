// Every step of linking, and of linking to another account, with the keyboard alone.
import { tabTo } from '../support/keyboard.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import type { Widget } from '../support/widget.ts';

/** On a phone the app comes first, and the number is a step further. */
async function toNumber(widget: Widget): Promise<void> {
  await tabTo(widget.press('byNumber'));
  await widget.page.keyboard.press('Enter');
}

test('linking, cancelling and linking again, without a mouse', async ({ page, shop, widget, person, phone, isMobile }) => {
  const { keyboard } = page;
  await shop.product(GOODS.soap);
  await tabTo(widget.button);
  await keyboard.press('Enter');
  await expect(widget.screen('phone')).toBeVisible();
  if (isMobile) await toNumber(widget);
  // The shopper can type at once.
  await expect(widget.number).toBeFocused();
  await keyboard.type(person.phone.slice(0, 4));
  await keyboard.press('Enter');
  await expect(widget.numberError).toHaveText('Ten numer jest za krótki.');
  await expect(widget.number).toBeFocused();
  await keyboard.press('End');
  await keyboard.type(person.phone.slice(4));
  await keyboard.press('Enter');

  await expect(widget.screen('waiting')).toBeVisible();
  await expect(widget.dialog.getByRole('heading')).toBeFocused();
  // Tab does not leave the dialog for the page behind it.
  await tabTo(widget.dialog.getByText('Nie widzisz powiadomienia?'));
  await keyboard.press('Enter');
  await expect(widget.dialog.getByText('prośba czeka także w niej')).toBeVisible();
  await tabTo(widget.press('cancel'));
  await keyboard.press('Enter');
  await expect(widget.screen('cancelled')).toBeVisible();
  await expect(widget.dialog.getByRole('heading')).toBeFocused();
  await tabTo(widget.press('retry'));
  await keyboard.press('Enter');
  await expect(widget.number).toBeFocused();
  await keyboard.press('Enter');
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve();
  await widget.expectJustLinked();
  await expect(widget.dialog.getByRole('heading')).toBeFocused();
  await tabTo(widget.press('done'));
  await keyboard.press('Enter');
  await widget.expectLinked(1);
  await expect(widget.button).toBeFocused();
});

test('to another account, without a mouse', async ({ page, shop, widget, phone, otherPhone }) => {
  const { keyboard } = page;
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await shop.basket();
  await tabTo(widget.button);
  await keyboard.press('Enter');
  await expect(widget.screen('panel')).toBeVisible();
  await expect(widget.dialog.getByRole('heading')).toBeFocused();
  await tabTo(widget.press('otherAccount'));
  await keyboard.press('Enter');
  await expect(widget.screen('confirm')).toBeVisible();
  await expect(widget.dialog.getByRole('heading')).toBeFocused();
  await tabTo(widget.press('keep'));
  await keyboard.press('Space');
  await expect(widget.screen('panel')).toBeVisible();
  await tabTo(widget.press('otherAccount'));
  await keyboard.press('Space');
  await tabTo(widget.press('confirm'));
  await keyboard.press('Enter');
  await expect(widget.screen('phone')).toBeVisible();
  await expect(widget.number).toBeFocused();
  await keyboard.type(otherPhone.person.phone);
  await keyboard.press('Enter');
  await expect(widget.screen('waiting')).toBeVisible();
  await otherPhone.approve();
  await widget.expectJustLinked();
  await keyboard.press('Escape');
  await widget.expectLinked(1);
  await expect(widget.button).toBeFocused();
  await phone.noBasket();
});

test('another country is chosen from the list with the keyboard', async ({ page, shop, widget, isMobile }) => {
  const { keyboard } = page;
  await shop.product(GOODS.soap);
  await tabTo(widget.button);
  await keyboard.press('Enter');
  if (isMobile) await toNumber(widget);
  await expect(widget.number).toBeFocused();
  const prefix = widget.dialog.getByRole('combobox', { name: 'Kierunkowy kraju' });
  await tabTo(prefix, 'Shift+Tab');
  await keyboard.type('Islandia');
  await expect(prefix).toHaveValue('354');
  await keyboard.press('Tab');
  await expect(widget.number).toBeFocused();
  await keyboard.type('8223281');
  await expect(widget.number).toHaveValue('822 3281');
});
