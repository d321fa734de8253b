// The button's attributes (InPost contract, section 9), set while the page stands; its looks; its languages.
import type { Page } from '@playwright/test';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

/** Sets attributes of the first button; `null` takes one away. */
function set(page: Page, attributes: Record<string, string | null>): Promise<void> {
  return page.locator('inpost-izi-button').first().evaluate((button, wanted) => {
    for (const [name, value] of Object.entries(wanted)) {
      if (value === null) button.removeAttribute(name);
      else button.setAttribute(name, value);
    }
  }, attributes);
}

test('colours, corners and sizes follow the attributes at once', async ({ page, shop, widget }) => {
  await shop.product(GOODS.soap);
  const looks = (name: string) => widget.button.evaluate((button, wanted) => getComputedStyle(button).getPropertyValue(wanted), name);
  for (const [attributes, ground, ink] of [
    [{ variant: null, dark_mode: null }, 'rgb(29, 29, 27)', 'rgb(255, 255, 255)'],
    [{ variant: 'secondary', dark_mode: 'true' }, 'rgb(255, 255, 255)', 'rgb(29, 29, 27)'],
    [{ variant: 'primary', dark_mode: null }, 'rgb(255, 203, 4)', 'rgb(29, 29, 27)'],
    [{ variant: null, variation: 'dark' }, 'rgb(255, 255, 255)', 'rgb(29, 29, 27)'],
    [{ variation: 'rounded primary' }, 'rgb(255, 203, 4)', 'rgb(29, 29, 27)'],
  ] as const) {
    await set(page, attributes);
    await expect.poll(() => looks('background-color')).toBe(ground);
    expect(await looks('color')).toBe(ink);
  }
  for (const [attributes, radius] of [
    [{ variation: null, frame_style: null }, '0px'],
    [{ frame_style: 'rounded' }, '8px'],
    [{ frame_style: 'round' }, '32px'],
    [{ frame_style: null, variation: 'rounded' }, '8px'],
  ] as const) {
    await set(page, attributes);
    expect(await looks('border-start-start-radius')).toBe(radius);
  }
  for (const [attributes, height] of [
    [{ variation: null, min_height: null }, 48],
    [{ min_height: '56' }, 56],
    [{ min_height: '10' }, 48],
    [{ min_height: '900' }, 64],
    [{ min_height: null, variation: 'size-xl' }, 64],
    [{ variation: 'size-xs' }, 48],
  ] as const) {
    await set(page, attributes);
    expect(await looks('min-height')).toBe(`${height}px`);
  }
  await set(page, { max_width: '220' });
  await expect(async () => expect((await widget.button.boundingBox())?.width).toBe(220)).toPass();
  await set(page, { max_width: '100' });
  await expect(async () => expect((await widget.button.boundingBox())?.width).toBe(220)).toPass();
});

test('custom properties change the looks, and a variant keeps what they leave alone', async ({ page, shop, widget }) => {
  await shop.product(GOODS.soap);
  await set(page, { variant: 'primary' });
  await page.locator('inpost-izi-button').first().evaluate((button: HTMLElement) => button.style.setProperty('--karfa-button-radius', '12px'));
  await expect(widget.button).toHaveCSS('border-start-start-radius', '12px');
  await expect(widget.button).toHaveCSS('background-color', 'rgb(255, 203, 4)');
});

test('the texts follow product, basket, count and language', async ({ page, shop, widget }) => {
  await shop.product(GOODS.soap);
  const button = page.locator('inpost-izi-button').first().getByRole('button');
  await set(page, { basket: 'true' });
  await expect(button).toHaveAccessibleName('Kup z InPost Pay');
  await set(page, { basket: null });
  for (const [language, says] of [
    ['pl', 'Utwórz koszyk z InPost Pay'],
    ['en-GB', 'Create a basket with InPost Pay'],
    ['nb', 'Lag handlekurv med InPost Pay'],
    ['nn-NO', 'Lag handlekurv med InPost Pay'],
    ['da', 'Opret en kurv med InPost Pay'],
    ['fi', 'Luo ostoskori: InPost Pay'],
    ['sv', 'Skapa en varukorg med InPost Pay'],
    ['is', 'Búa til körfu með InPost Pay'],
    ['fil', 'Create a basket with InPost Pay'],
  ] as const) {
    await set(page, { language });
    await expect(button).toHaveAccessibleName(says);
  }
  // Without an attribute the page's language decides, and then the browser's, which is Polish here.
  await set(page, { language: null });
  for (const [lang, says] of [['sv-SE', 'Skapa en varukorg med InPost Pay'], ['ja', 'Utwórz koszyk z InPost Pay']] as const) {
    await page.evaluate((code) => {
      document.documentElement.lang = code;
      (window as unknown as { handleInpostIziButtons(): void }).handleInpostIziButtons();
    }, lang);
    await expect(button).toHaveAccessibleName(says);
  }
});

for (const [language, title] of [
  ['nb', 'Koble handlekurven til appen'],
  ['da', 'Forbind kurven med appen'],
  ['fi', 'Yhdistä ostoskori sovellukseen'],
  ['sv', 'Koppla varukorgen till appen'],
  ['is', 'Tengdu körfuna við appið'],
] as const) {
  test(`the dialog speaks ${language}, a language that was set after the widget had come`, async ({ page, shop, widget }) => {
    await shop.product(GOODS.soap);
    await page.evaluate(() => (window as unknown as { iziGetBrowserData(): unknown }).iziGetBrowserData());
    await set(page, { language });
    await page.locator('inpost-izi-button').first().getByRole('button').click();
    await expect(widget.dialog).toHaveAccessibleName(title);
    await expect(widget.dialog).toHaveAttribute('lang', language);
  });
}

test('several buttons stay in step, one that the page adds later too', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await page.evaluate(() => {
    const added = document.createElement('inpost-izi-button');
    added.id = 'later';
    added.setAttribute('basket', 'true');
    document.querySelector('main')?.append(added);
  });
  const later = page.locator('#later').getByRole('button');
  await expect(later).toHaveAccessibleName(/^Produkty w koszyku InPost Pay.*\b1$/);
  await phone.deleteBasket(await phone.basket());
  await expect(later).toHaveAccessibleName('Kup z InPost Pay');
  await widget.expectUnlinked();
});

test('a button that the page takes away while it asks leaves the next one usable', async ({ page, shop, widget }) => {
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => { answer = resolve; });
  await page.route('**/api/widget/can-be-bound', async (route) => {
    await held;
    await route.continue();
  }, { times: 1 });
  await shop.product(GOODS.soap);
  const asked = page.waitForRequest('**/api/widget/can-be-bound');
  await widget.button.click();
  await asked;
  const told = page.waitForResponse('**/api/widget/items');
  const next = await page.evaluateHandle(() => {
    const [gone] = document.querySelectorAll('inpost-izi-button');
    const copy = gone?.cloneNode() as HTMLElement;
    copy.removeAttribute('busy');
    gone?.remove();
    return copy;
  });
  answer();
  await (await told).finished();
  await next.evaluate((button) => document.querySelector('main')?.append(button));
  await expect(async () => {
    await widget.button.click();
    await expect(widget.screen('phone')).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 5_000 });
});

test('before a click the page asks the backend nothing and keeps nothing', async ({ context, page, shop, widget }) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/')) asked.push(pathname);
  });
  await shop.product(GOODS.soap);
  await page.evaluate(() => (window as unknown as { iziGetBrowserData(): unknown }).iziGetBrowserData());
  await widget.button.hover();
  expect(asked).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
});
