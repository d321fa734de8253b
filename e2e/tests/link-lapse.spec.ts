// Flow A, when nobody answers in the app: the time runs out on the page and on the phone.
import { expectAccessible } from '../support/accessible.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

test.use({ settings: { approvalSeconds: 3 } });

test('the time to approve runs out; another try links', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await expect(widget.dialog).toContainText(/Pozostało 0:0[0-3]/);
  await expect(widget.screen('expired')).toBeVisible();
  await expect(widget.dialog).toContainText('Spróbuj ponownie i miej telefon pod ręką.');
  await expectAccessible(page);
  await widget.expectUnlinked();

  await widget.press('retry').click();
  await expect(widget.number).toBeVisible();
  await widget.press('connect').click();
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve();
  await widget.expectJustLinked();
});

test('a page that was left while it waited tells nothing old when it comes back', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await expect(widget.screen('expired')).toBeVisible();
  await page.reload();
  await expect(widget.dialog).toHaveCount(0);
  await widget.expectUnlinked();
  await widget.button.click();
  await expect(widget.screen('phone')).toBeVisible();
  // One click, one piece: the product of the first click is still there.
  await widget.send(person);
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve();
  await widget.expectJustLinked();
});
