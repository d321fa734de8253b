// Waiting for the approval outlives whatever happens to the page, the connection and the shop's server.
import { linked } from '../support/linked.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

test('the page is loaded again while it waits: it still waits, and links', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await page.reload();
  await expect(widget.button).toHaveAccessibleName('Czeka na potwierdzenie w aplikacji');
  await widget.button.click();
  await expect(widget.screen('waiting')).toBeVisible();
  await expect(widget.dialog).toContainText(person.masked);
  await expect(widget.dialog).toContainText(/Pozostało (10:00|9:\d\d)/);
  await phone.approve();
  await widget.expectJustLinked();
  await widget.finish(1);
});

test('the approval comes while the page is away', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await page.goto('about:blank');
  await phone.approve();
  await shop.product(GOODS.soap);
  await widget.expectLinked(1);
});

test('a second tab waits too, and both become linked', async ({ context, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  const page = await context.newPage();
  const [second, there] = [new Shop(page), new Widget(page)];
  await second.basket();
  await expect(there.button).toHaveAccessibleName('Czeka na potwierdzenie w aplikacji');
  await phone.approve();
  await there.expectLinked(1);
  await widget.expectJustLinked();
  await widget.finish(1);
});

test('what is cancelled in one tab is cancelled in the other', async ({ context, shop, widget, person }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  const there = new Widget(await context.newPage());
  await new Shop(there.page).basket();
  await there.button.click();
  await expect(there.screen('waiting')).toBeVisible();
  await there.press('cancel').click();
  await expect(there.screen('cancelled')).toBeVisible();
  await expect(widget.screen('cancelled')).toBeVisible();
});

test('the backend is killed and started while the page waits: it links by itself', async ({ stage, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await stage.server.kill();
  await stage.server.start();
  await phone.approve();
  await widget.expectJustLinked();
  await widget.finish(1);
});

test('the shopper approves while the backend is down: InPost tells again, and it links by itself', async ({ stage, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await stage.server.kill();
  await expect(phone.approve()).rejects.toThrow(/Nothing is linked yet: try again/);
  await expect(widget.screen('waiting')).toBeVisible();
  await stage.server.start();
  await phone.approve();
  await expect(widget.screen('linked')).toBeVisible({ timeout: 20_000 });
  await widget.finish(1);
});

test('the backend is killed after it was asked to link: the push still comes, once', async ({ stage, shop, widget, person, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.open();
  await control.fault({ call: 'inpost.binding.start', kind: 'delay', ms: 2000, times: 1 });
  await widget.send(person);
  await control.struck();
  await expect(widget.press('connecting')).toBeVisible();
  await stage.server.kill();
  await stage.server.start();
  await phone.message();
  await phone.approve();
  await shop.product(GOODS.soap);
  await widget.expectLinked(1);
  expect((await phone.screen()).inbox).toEqual([]);
  expect((await phone.screen()).baskets).toHaveLength(1);
});

test('the rejection comes while the backend is down', async ({ stage, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await stage.server.kill();
  await phone.reject();
  await stage.server.start();
  await expect(widget.screen('rejected')).toBeVisible({ timeout: 20_000 });
});

test('InPost restarts while the page waits: it still links', async ({ stage, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await stage.sandbox.kill();
  await stage.sandbox.start();
  await phone.approve();
  await widget.expectJustLinked();
});

test('websockets are blocked: the page asks by long polls, and links', async ({ page, shop, widget, person, phone }) => {
  await page.routeWebSocket(/\/api\/widget\/live/, (socket) => socket.close());
  await shop.product(GOODS.soap);
  const poll = page.waitForRequest(/\/api\/widget\/observe/);
  await widget.ask(person);
  await poll;
  await phone.approve();
  await widget.expectJustLinked();
  await widget.finish(1);
});

test('websockets are blocked, and the backend is killed meanwhile', async ({ page, stage, shop, widget, person, phone }) => {
  await page.routeWebSocket(/\/api\/widget\/live/, (socket) => socket.close());
  await shop.product(GOODS.soap);
  const poll = page.waitForRequest(/\/api\/widget\/observe/);
  await widget.ask(person);
  await poll;
  await stage.server.kill();
  await stage.server.start();
  await phone.approve();
  await expect(widget.screen('linked')).toBeVisible({ timeout: 20_000 });
});

test('websockets are blocked, and the session ends in another window: the page asks how it stands now', async ({ baseURL, context, page, shop, widget, phone }) => {
  await page.routeWebSocket(/\/api\/widget\/live/, (socket) => socket.close());
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  let polls = 0;
  let answer = (): void => undefined;
  const ended = new Promise<void>((resolve) => { answer = resolve; });
  await page.route(/\/api\/widget\/observe/, async (route) => {
    polls += 1;
    if (polls === 1) await ended;
    await route.fulfill(polls === 1 ? { status: 204 } : { response: await route.fetch() });
  });
  await shop.product(GOODS.soap);
  await widget.expectLinked(1);
  await expect.poll(() => polls).toBe(1);
  await context.clearCookies();
  answer();
  await widget.expectUnlinked();
});

test('another basket takes the place of the one that is watched: from then on that one is', async ({ baseURL, page, shop, widget, phone }) => {
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(new URL(socket.url()).searchParams.get('basket') ?? ''));
  await shop.product(GOODS.soap);
  await widget.expectLinked(1);
  await expect.poll(() => sockets.length).toBe(1);
  // As after signing in elsewhere, to an account whose basket is linked.
  await page.route('**/api/widget/link', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), basket_id: 'another-basket', count: 7 } });
  });
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await widget.expectLinked(7);
  await expect.poll(() => sockets.at(-1)).toBe('another-basket');
  // The page asks again when nobody knows that basket: not while this test is put away.
  await page.unrouteAll({ behavior: 'wait' });
});

test('the network goes and comes back: nothing is missed', async ({ context, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await context.setOffline(true);
  await phone.approve();
  await context.setOffline(false);
  await widget.expectJustLinked();
});

test('eight minutes of waiting, and no reload', async ({ page, shop, widget, person, phone }) => {
  await page.clock.install();
  await page.addInitScript(() => {
    Object.assign(window, { opened: 0 });
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('open', () => (Object(window).opened += 1));
      }
    };
  });
  const opened = () => page.evaluate(() => Number(Object(window).opened));
  await shop.product(GOODS.soap);
  await widget.ask(person);
  let loads = 0;
  page.on('load', () => (loads += 1));
  for (let socket = 1; socket <= 5; socket += 1) {
    // The network keeps to its own clock: it needs a moment before the page's goes on.
    await expect.poll(opened).toBe(socket);
    // It opened in time; then it says nothing for a minute and a half, and is opened anew.
    await page.clock.fastForward(10_000);
    await page.clock.fastForward(91_000);
  }
  await expect.poll(opened).toBe(6);
  await expect(widget.screen('waiting')).toBeVisible();
  await expect(widget.dialog).toContainText(/Pozostało 1:\d\d/);
  await phone.approve();
  await widget.expectJustLinked();
  expect(loads).toBe(0);
});
