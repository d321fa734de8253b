// Flow B on a phone: the button opens the app, Huawei's by its own link, and the number stays possible.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

/** Hears of every address that the page goes to, those of apps included. */
async function hear(page: Page): Promise<string[]> {
  const gone: string[] = [];
  const session = await page.context().newCDPSession(page);
  await session.send('Page.enable');
  session.on('Page.frameRequestedNavigation', ({ url }) => gone.push(url));
  return gone;
}

for (const browser of ['any', 'Huawei'] as const) {
  test.describe(`in ${browser} browser`, () => {
    const huawei =
      'Mozilla/5.0 (Linux; Android 10; HarmonyOS; JAD-LX9; HMSCore 6.13.0.302) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.5735.196 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36';
    if (browser === 'Huawei') test.use({ userAgent: huawei });

    test('the button opens the app, and approving there links', async ({ page, shop, widget, phone }) => {
      const gone = await hear(page);
      await shop.product(GOODS.soap);
      await widget.begin();
      await expect(widget.dialog).toContainText('numer nie jest potrzebny');
      await expectAccessible(page);
      const answer = page.waitForResponse('**/api/widget/bind');
      await widget.press('openApp').click();
      const links = (await (await answer).json()) as { deep_link: string; deep_link_hms: string };
      expect(links.deep_link).not.toBe(links.deep_link_hms);
      const expected = browser === 'Huawei' ? links.deep_link_hms : links.deep_link;
      await expect.poll(() => gone).toContain(expected);
      await expect(widget.screen('waiting')).toBeVisible();
      await expectAccessible(page);
      // The app may have been dismissed by mistake.
      const before = gone.length;
      await widget.press('openApp').click();
      await expect.poll(() => gone.slice(before)).toContain(expected);
      await phone.scan(expected);
      await phone.approve();
      await widget.expectJustLinked();
      await widget.finish(1);
    });
  });
}

test('a number stays possible, before the app and after it', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.begin();
  await widget.press('openApp').click();
  await expect(widget.screen('waiting')).toBeVisible();
  await widget.press('byNumber').click();
  await expect(widget.number).toBeVisible();
  await expect(widget.press('openApp')).toBeVisible();
  await widget.send(person);
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve();
  await widget.expectJustLinked();
  await expectAccessible(page);
});

test('rejected in the app: the page says so, and the next try works', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.begin();
  const answer = page.waitForResponse('**/api/widget/bind');
  await widget.press('openApp').click();
  const { deep_link } = (await (await answer).json()) as { deep_link: string };
  await phone.scan(deep_link);
  await phone.reject();
  await expect(widget.screen('rejected')).toBeVisible();
  await widget.press('retry').click();
  await expect(widget.number).toBeVisible();
});

test('whoever has typed a number and tries again goes on with the number, not with the app', async ({ stage, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.begin();
  await expect(widget.press('openApp')).toBeVisible();
  await widget.toNumber();
  await stage.sandbox.stop();
  await widget.send(person);
  await expect(widget.screen('unavailable')).toBeVisible({ timeout: 15_000 });
  await stage.sandbox.start();
  await widget.press('retry').click();
  await expect(widget.number).toHaveValue(person.phone.replace(/(...)(?=.)/g, '$1 '));
  await expect(widget.press('openApp')).toBeVisible();
  await widget.press('connect').click();
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve();
  await widget.expectJustLinked();
});

test('the linked panel opens the app', async ({ page, shop, widget, phone }) => {
  const gone = await hear(page);
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const { inpost_basket_id } = await phone.basket();
  await shop.basket();
  await widget.button.click();
  await expect(widget.screen('panel')).toBeVisible();
  await widget.press('openApp').click();
  await expect.poll(() => gone.some((url) => url.endsWith(`izilink?basket_id=${inpost_basket_id}`))).toBe(true);
});
