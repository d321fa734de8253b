// The button on a page of another host than the backend's: another site, a subdomain, and one that nobody has listed.
import type { Page } from '@playwright/test';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

test.use({ settings: { elsewhere: true } });

/** The same backend under a name of the shop's own site. */
const subdomain = (url: string) => url.replace('127.0.0.1', 'pay.shop.localhost');

/** The session's cookie as the browser keeps it. */
async function session(page: Page) {
  return (await page.context().cookies()).find(({ name }) => name.startsWith('karfa_session'));
}

test('another site: a shopper links, and the page knows it after a reload', async ({ page, stage, person, phone }) => {
  const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id });
  const widget = new Widget(page, 'en');
  await page.goto(stage.elsewhere.origin('localhost') + path);
  await widget.link(phone, { trust_browser: true });
  await page.reload();
  await widget.expectLinked(1);
  await expect(widget.button).toContainText(person.masked);
  // Kept for this site alone, out of reach of scripts, and sent along although the site is another.
  const cookies = await page.context().cookies();
  for (const name of [(await session(page))?.name, 'BrowserId']) {
    const cookie = cookies.find((cookie) => cookie.name === name);
    expect(cookie, name).toMatchObject({ domain: '127.0.0.1', sameSite: 'None', secure: true, httpOnly: true });
    expect(cookie?.partitionKey, name).toContain('localhost');
  }
});

test('another site, where no websocket gets through: long polls tell the same', async ({ page, stage, phone }) => {
  await page.routeWebSocket(/./, (socket) => socket.close());
  const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id });
  const widget = new Widget(page, 'en');
  await page.goto(stage.elsewhere.origin('localhost') + path);
  await widget.link(phone);
});

test('another subdomain: a shopper links with ordinary cookies', async ({ page, stage, phone }) => {
  const path = stage.elsewhere.page({ backend: subdomain(stage.url), product: GOODS.soap.id });
  const widget = new Widget(page, 'en');
  await page.goto(stage.elsewhere.origin('www.shop.localhost') + path);
  await widget.link(phone);
  await page.reload();
  await widget.expectLinked(1);
  expect(await session(page)).toMatchObject({ domain: 'pay.shop.localhost', sameSite: 'Lax', secure: false });
});

test('a page that nobody has listed is refused, and says so to the shopper', async ({ page, stage }) => {
  const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id });
  const widget = new Widget(page, 'en');
  await page.goto(stage.elsewhere.origin('stranger.localhost') + path);
  const refused = page.waitForResponse((response) => response.url().endsWith('/api/widget/can-be-bound') && response.request().method() === 'POST');
  await widget.button.click();
  const response = await refused;
  expect(response.status()).toBe(403);
  expect(await response.json()).toMatchObject({ code: 'foreign_origin', detail: expect.stringContaining('allowed_origins') });
  await expect(page.getByRole('dialog', { name: 'InPost Pay is not available here now' })).toBeVisible();
  expect(await page.context().cookies()).toEqual([]);
  // No websocket either.
  const opened = await page.evaluate((url) => new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/widget/live?basket=any`);
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('refused');
  }), stage.url);
  expect(opened).toBe('refused');
});
