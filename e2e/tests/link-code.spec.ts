// Flow B on a desk: the page shows a code, and a phone scans it.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { tabTo } from '../support/keyboard.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import type { Widget } from '../support/widget.ts';

/** From the click to the code; the text that it holds. */
async function showCode(page: Page, widget: Widget): Promise<string> {
  await widget.open();
  const answer = page.waitForResponse('**/api/widget/bind');
  await widget.press('byCode').click();
  await expect(widget.screen('code')).toBeVisible();
  const { qr_code } = (await (await answer).json()) as { qr_code: string };
  expect(qr_code).toMatch(/:\/\/izilink\?basket_id=/);
  return qr_code;
}

test('a shopper scans the code and approves', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  const code = await showCode(page, widget);
  const drawn = widget.dialog.getByRole('img', { name: widget.says.code });
  await expect(drawn).toBeVisible();
  const box = await drawn.boundingBox();
  expect(box?.width).toBeGreaterThanOrEqual(200);
  expect(box?.height).toBe(box?.width);
  await expect(widget.dialog).toContainText(/Pozostało (10:00|9:5\d)/);
  await expect(widget.button).toHaveAccessibleName('Czeka na potwierdzenie w aplikacji');
  await phone.scan(code);
  await phone.approve();
  await widget.expectJustLinked();
  await widget.finish(1);
  expect((await phone.basket()).basket.products.map(({ product_id }) => product_id)).toEqual([GOODS.soap.id]);
});

test('a shopper scans the code and rejects, and gets the next code by trying again', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await phone.scan(await showCode(page, widget));
  await phone.reject();
  await expect(widget.screen('rejected')).toBeVisible();
  await widget.press('retry').click();
  await expect(widget.screen('phone')).toBeVisible();
  const answer = page.waitForResponse('**/api/widget/bind');
  await widget.press('byCode').click();
  const { qr_code } = (await (await answer).json()) as { qr_code: string };
  await expect(widget.screen('code')).toBeVisible();
  await phone.scan(qr_code);
  await phone.approve();
  await widget.expectJustLinked();
});

test('the code is taken back: by cancelling, and by going back to the number', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await showCode(page, widget);
  await widget.press('cancel').click();
  await expect(widget.screen('cancelled')).toBeVisible();
  await widget.expectUnlinked();
  await widget.press('retry').click();
  await widget.press('byCode').click();
  await expect(widget.screen('code')).toBeVisible();
  await widget.press('byNumber').click();
  await expect(widget.number).toBeFocused();
  await widget.send(person);
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve();
  await widget.expectJustLinked();
});

test('after a reload the same code is shown again', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  const code = await showCode(page, widget);
  const path = await widget.dialog.getByRole('img').locator('path').getAttribute('d');
  await page.reload();
  await expect(widget.button).toHaveAccessibleName('Czeka na potwierdzenie w aplikacji');
  await widget.button.click();
  await expect(widget.screen('code')).toBeVisible();
  await expect(widget.dialog.getByRole('img').locator('path')).toHaveAttribute('d', path ?? '');
  await phone.scan(code);
  await phone.approve();
  await widget.expectJustLinked();
});

test('the code in dark colours, by keyboard, and by ear', async ({ page, shop, widget }) => {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await shop.product(GOODS.soap);
  await widget.open();
  await tabTo(widget.press('byCode'));
  await page.keyboard.press('Enter');
  await expect(widget.screen('code')).toBeVisible();
  await expect(widget.dialog.getByRole('heading')).toBeFocused();
  // Dark on light, whatever the page's colours: a camera wants it so.
  const drawn = widget.dialog.getByRole('img', { name: widget.says.code });
  await expect(drawn).toHaveCSS('background-color', 'rgb(255, 255, 255)');
  await expect(drawn.locator('svg')).toHaveCSS('fill', 'rgb(0, 0, 0)');
  await expectAccessible(page);
  await expect(widget.dialog).toMatchAriaSnapshot(`
    - dialog "Zeskanuj kod telefonem":
      - text: InPost Pay
      - button "Zamknij"
      - img "Kod QR, który otwiera koszyk w aplikacji InPost Mobile"
      - heading "Zeskanuj kod telefonem" [level=2]
      - paragraph: /Skieruj na kod aparat telefonu/
      - status: Pozostało 10 min
      - button "Podaj numer telefonu"
      - button "Anuluj"
  `);
  await tabTo(widget.press('byNumber'));
  await page.keyboard.press('Enter');
  await expect(widget.number).toBeFocused();
});
