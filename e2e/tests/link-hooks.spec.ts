// The hooks on `window` and the events of the button (InPost contract, section 9): for a shop that integrates by script.
import type { Page } from '@playwright/test';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

/** What a shop's own script sees on `window`. */
interface Hooks {
  iziCanBeBound(productId?: string): Promise<boolean>;
  iziAddToCart(productId: string): Promise<void>;
  iziGetPayData(prefix: string, phone: string, bindingPlace: string): Promise<Record<string, string>>;
  iziGetBrowserData(how: { base64: boolean }): Promise<unknown>;
  iziGetIsBound(): Promise<{ status: string; masked_phone_number: string; browser: { browser_trusted: boolean } }>;
  iziGetOrderComplete(): Promise<{ action: string; redirect?: string }>;
  iziBindingDelete(): Promise<void>;
  iziMobileLink(): Promise<{ link: string }>;
}

/** Writes down every event of the button, in this page and after each further load of it. */
async function listen(page: Page): Promise<() => Promise<unknown[]>> {
  await page.addInitScript(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    for (const name of ['izi-binding-complete', 'iziModalEventOpen', 'iziModalEventClose']) {
      document.addEventListener(name, (event) => heard.push({ name, ...((event as CustomEvent).detail ?? {}) }));
    }
  });
  return () => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard);
}

test('a page can call all eight hooks, and link without our dialog', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  const ask = <T>(what: (hooks: Hooks, argument: string) => Promise<T> | T, argument = ''): Promise<T> =>
    page.evaluate(`(${what.toString()})(window, ${JSON.stringify(argument)})`) as Promise<T>;

  expect(await ask((hooks) => hooks.iziCanBeBound())).toBe(false);
  expect(await ask((hooks, id) => hooks.iziCanBeBound(id), GOODS.socks.id)).toBe(false);
  expect(await ask((hooks, id) => hooks.iziCanBeBound(id), GOODS.soap.id)).toBe(true);
  await ask((hooks, id) => hooks.iziAddToCart(id), GOODS.soap.id);
  expect(await ask((hooks) => hooks.iziCanBeBound())).toBe(true);
  await shop.expectCount(1);

  const browser = await ask((hooks) => hooks.iziGetBrowserData({ base64: false }));
  expect(browser).toEqual({
    user_agent: await page.evaluate(() => navigator.userAgent),
    description: 'Chrome',
    platform: expect.stringMatching(/./),
    architecture: await page.evaluate(() => navigator.appVersion),
  });
  const base64 = await ask((hooks) => hooks.iziGetBrowserData({ base64: true }));
  expect(JSON.parse(Buffer.from(String(base64), 'base64').toString('utf8'))).toEqual(browser);

  const refused = await ask((hooks) => hooks.iziGetPayData('48', '500000001', 'PRODUCT_CARD'));
  expect(refused).toMatchObject({ error_code: 'PHONE_BINDING_METHOD_UNAVAILABLE', error_message: expect.stringMatching(/./) });
  expect(await ask((hooks, number) => hooks.iziGetPayData('48', number, 'PRODUCT_CARD'), person.phone)).toEqual({});
  await ask((hooks) => void Object.assign(hooks, { bound: hooks.iziGetIsBound() }));
  await phone.approve();
  expect(await ask((hooks) => (hooks as unknown as { bound: Promise<unknown> }).bound)).toMatchObject({ status: 'SUCCESS', masked_phone_number: person.masked, browser: { browser_trusted: false } });
  await widget.expectLinked(1);

  const { inpost_basket_id } = await phone.basket();
  expect(await ask((hooks) => hooks.iziMobileLink())).toEqual({ link: expect.stringMatching(new RegExp(`\\?basket_id=${inpost_basket_id}$`)) });
  await ask((hooks) => hooks.iziBindingDelete());
  await phone.noBasket();
  await widget.expectUnlinked();
});

test('iziGetIsBound rejects when the shopper does', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await page.evaluate(() => {
    const answer = (window as unknown as Hooks).iziGetIsBound().then(() => 'linked', (reason: { status: string }) => reason.status);
    Object.assign(window, { answer });
  });
  await phone.reject();
  expect(await page.evaluate(() => (window as unknown as { answer: Promise<string> }).answer)).toBe('REJECT');
});

test('iziGetOrderComplete tells where to go once the order is done', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.magazine);
  await widget.link(phone);
  await page.evaluate(() => {
    Object.assign(window, { answer: (window as unknown as Hooks).iziGetOrderComplete() });
  });
  await phone.order(await phone.basket(), { payment_type: 'CARD' });
  expect(await page.evaluate(() => (window as unknown as { answer: Promise<unknown> }).answer)).toEqual({ action: 'redirect', redirect: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/thank-you\?order=/) });
});

test('the button tells the page: opened, closed, linked, known on load, unlinked', async ({ page, shop, widget, person, phone }) => {
  const heard = await listen(page);
  await shop.product(GOODS.soap);
  await widget.ask(person);
  expect(await heard()).toEqual([{ name: 'iziModalEventOpen' }]);
  await phone.approve();
  await widget.expectJustLinked();
  const linked = { name: 'izi-binding-complete', masked_phone_number: person.masked, basket_linked: true };
  expect(await heard()).toEqual([{ name: 'iziModalEventOpen' }, linked]);
  await widget.finish();
  expect(await heard()).toEqual([{ name: 'iziModalEventOpen' }, linked, { name: 'iziModalEventClose' }]);

  await page.reload();
  await widget.expectLinked();
  await expect.poll(heard).toEqual([{ name: 'izi-binding-complete', masked_phone_number: person.masked }]);
  await phone.deleteBasket(await phone.basket());
  await expect.poll(heard).toContainEqual({ name: 'izi-binding-complete', basketLinked: false });
});

for (const when of ['before', 'after'] as const) {
  test(`a hook that the page defines ${when} our script wins`, async ({ page, shop, widget, control }) => {
    const define = (name: string) => {
      const asked: unknown[] = [];
      Object.assign(window, {
        asked,
        [name]: (...values: unknown[]) => {
          asked.push(values);
          return false;
        },
      });
    };
    if (when === 'before') await page.addInitScript(define, 'iziCanBeBound');
    await shop.product(GOODS.soap);
    if (when === 'after') await page.evaluate(define, 'iziCanBeBound');
    const before = await control.latest();
    await widget.button.click();
    await expect(widget.screen('optionsMissing')).toBeVisible();
    expect(await page.evaluate(() => (window as unknown as { asked: unknown[] }).asked)).toEqual([[GOODS.soap.id]]);
    expect(await control.calls(before)).toEqual([]);
  });
}

test('where the page links by its own hooks, the button and the dialog follow them', async ({ context, page, shop, widget, person, phone }) => {
  await page.addInitScript(() => {
    const said: Array<[string, ...unknown[]]> = [];
    const said_and = <T>(name: string, answer: T) => (...values: unknown[]) => (said.push([name, ...values]), answer);
    Object.assign(window, {
      said,
      iziCanBeBound: said_and('iziCanBeBound', true),
      iziAddToCart: said_and('iziAddToCart', Promise.resolve()),
      iziGetPayData: said_and('iziGetPayData', Promise.resolve({})),
      iziGetIsBound: () => new Promise((resolve) => Object.assign(window, { approve: resolve })),
      iziGetOrderComplete: () => new Promise(() => {}),
      iziBindingDelete: said_and('iziBindingDelete', Promise.resolve()),
    });
  });
  const ours: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/widget/')) ours.push(pathname);
  });
  await shop.product(GOODS.soap);
  await widget.ask(person);
  expect(await page.evaluate(() => (window as unknown as { said: unknown }).said)).toEqual([
    ['iziCanBeBound', GOODS.soap.id],
    ['iziAddToCart', GOODS.soap.id],
    ['iziGetPayData', person.prefix, person.phone, 'PRODUCT_CARD'],
  ]);
  await page.evaluate((masked) => {
    (window as unknown as { approve: (payload: unknown) => void }).approve({
      status: 'SUCCESS',
      masked_phone_number: masked,
      name: 'Anna',
      browser: { browser_trusted: true, browser_id: 'a-browser-of-the-page' },
    });
  }, person.masked);
  await widget.expectJustLinked();
  await widget.finish();
  await expect(widget.button).toContainText(person.masked);
  await expect
    .poll(async () => (await context.cookies()).find(({ name }) => name === 'BrowserId')?.value)
    .toBe('a-browser-of-the-page');
  // Our backend and our InPost had no part in it.
  expect(ours).toEqual([]);
  expect((await phone.screen()).inbox).toEqual([]);
});

test("a page's own hook that refuses or fails is told as ours is, and the button is not stuck", async ({ page, shop, widget, person }) => {
  await page.addInitScript(() => {
    Object.assign(window, {
      iziCanBeBound: () => true,
      iziAddToCart: async () => {},
      iziGetPayData: async () => ({ error_code: 'PHONE_BINDING_METHOD_UNAVAILABLE', error_message: 'no' }),
    });
  });
  await shop.product(GOODS.soap);
  await widget.open();
  await widget.send(person);
  await expect(widget.dialog).toHaveAccessibleName('Nie można wysłać prośby na ten numer');
  await page.evaluate(() => Object.assign(window, { iziGetPayData: () => Promise.reject(new Error('the shop is broken')) }));
  await widget.press('otherNumber').click();
  await widget.press('connect').click();
  await expect(widget.screen('unavailable')).toBeVisible();
  await page.evaluate(() => Object.assign(window, { iziCanBeBound: () => Promise.reject(new Error('the shop is broken')) }));
  await widget.press('retry').click();
  await expect(widget.screen('unavailable')).toBeVisible();
  await widget.dialog.getByText('Zamknij', { exact: true }).click();
  await expect(widget.button).toHaveAttribute('aria-busy', 'false');
});
