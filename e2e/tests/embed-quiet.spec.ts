// What a page with the button does before anybody wants it: it asks nobody else, keeps nothing, moves nothing, and is
// the same for everybody.
import type { Page } from '@playwright/test';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

test.use({ settings: { elsewhere: true } });

/** Waits until the widget is there, which comes without a click when the browser has nothing else to do. */
async function settled(page: Page): Promise<void> {
  const wasm = await page.waitForResponse((response) => response.url().includes('karfa_widget_bg.wasm'));
  await wasm.finished();
  await page.waitForLoadState('networkidle');
}

/** Everything that a browser keeps for a page. */
async function kept(page: Page): Promise<unknown> {
  const stored = await page.evaluate(async () => ({
    cookie: document.cookie,
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
  return { ...stored, cookies: await page.context().cookies() };
}

test('before a click nothing is kept, and nobody but the backend is asked', async ({ page, stage, widget }) => {
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  page.on('websocket', (socket) => hosts.add(new URL(socket.url()).host));
  const seen = settled(page);
  await page.goto(`/product/${GOODS.soap.id}`);
  await seen;
  await widget.button.hover();
  await widget.button.focus();
  expect(await kept(page)).toEqual({ cookie: '', local: 0, session: 0, databases: 0, caches: 0, workers: 0, cookies: [] });
  expect([...hosts]).toEqual([new URL(stage.url).host]);
});

test('nothing moves when the button comes, however late its script', async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: unknown[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number; sources: { node?: Element }[] }[]) {
        shifts.push({ value: entry.value, of: entry.sources.map(({ node }) => node?.nodeName) });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  let release = (): void => undefined;
  const painted = new Promise<void>((resolve) => { release = resolve; });
  await page.route('**/karfa.js', async (route) => {
    await painted;
    await route.continue();
  });
  const seen = settled(page);
  await page.goto(`/product/${GOODS.soap.id}`, { waitUntil: 'commit' });
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  release();
  await seen;
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
  expect(await page.evaluate(() => (window as unknown as { shifts: unknown[] }).shifts)).toEqual([]);
});

test('one cached copy of a page shows each shopper the right button', async ({ page, browser, stage, phone }) => {
  const url = stage.elsewhere.origin('localhost') + stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id });
  const copies = new Set<string>();
  const visit = async (page: Page): Promise<Widget> => {
    const seen = settled(page);
    copies.add(await (await page.goto(url))?.text() ?? '');
    await seen;
    return new Widget(page, 'en');
  };
  const first = await visit(page);
  await first.link(phone);
  const context = await browser.newContext();
  const second = await visit(await context.newPage());
  await second.expectUnlinked();
  await first.page.reload();
  await first.expectLinked(1);
  await second.page.reload();
  await second.expectUnlinked();
  await context.close();
  expect(copies.size, 'both got the same bytes').toBe(1);
});
