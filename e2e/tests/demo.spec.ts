// `karfa demo`: starts, tells its addresses, keeps its data, stands beside another one, and ends cleanly.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test as base } from '@playwright/test';
import { KARFA } from '../support/paths.ts';
import { call } from '../support/sandbox-http.ts';
import { until } from '../support/until.ts';

const expect = base.expect;

/** A demo on free ports. */
class Demo {
  readonly lines: string[] = [];
  errors = '';
  readonly #child: ChildProcess;

  constructor(readonly data: string) {
    const { PATH, HOME } = process.env;
    this.#child = spawn(KARFA, ['demo', '--port', '0', '--sandbox-port', '0', '--data', data], { env: { PATH, HOME }, stdio: ['ignore', 'pipe', 'pipe'] });
    if (this.#child.stdout) createInterface({ input: this.#child.stdout }).on('line', (line) => this.lines.push(line));
    this.#child.stderr?.on('data', (text: Buffer) => (this.errors += text.toString()));
  }

  /** Waits until both listeners are ready: the shop's address and the sandbox's. */
  async ready(): Promise<[shop: string, sandbox: string]> {
    const addresses = () => this.lines.filter((line) => line.startsWith('ready http://')).map((line) => line.slice('ready '.length));
    return until('both ready lines', () => {
      if (this.#child.exitCode !== null) throw new Error(`the demo ended: ${this.errors}`);
      const [shop, sandbox] = addresses();
      return shop !== undefined && sandbox !== undefined && ([shop, sandbox] as [string, string]);
    }, 30_000);
  }

  /** Ends it; what `wait` in a shell would say. */
  async end(signal: 'SIGINT' | 'SIGTERM'): Promise<number | null> {
    const closed = once(this.#child, 'close');
    this.#child.kill(signal);
    await closed;
    return this.#child.exitCode;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

const test = base.extend<{ start: (folder?: string) => Demo }>({
  start: async ({}, use) => {
    const demos: Demo[] = [];
    const folders: string[] = [];
    await use((folder) => {
      const data = folder ?? join(mkdtempSync(join(tmpdir(), 'karfa-demo-')), 'data');
      if (folder === undefined) folders.push(data);
      const demo = new Demo(data);
      demos.push(demo);
      return demo;
    });
    for (const demo of demos) demo.kill();
    for (const folder of folders) rmSync(join(folder, '..'), { recursive: true, force: true });
  },
});

test('it tells its addresses, serves shop, phone and control there, and SIGINT ends it with 0', async ({ page, start }) => {
  const demo = start();
  const [shop, sandbox] = await demo.ready();
  expect(demo.lines[0]).toBe(`ready ${shop}`);
  expect(demo.lines[1]).toBe(`ready ${sandbox}`);
  await until('the addresses for people', () => demo.lines.length >= 5);
  expect(demo.lines.slice(2)).toEqual([`shop   ${shop}/`, `till   ${shop}/till`, `phone  ${sandbox}/phone`]);
  await page.goto(shop);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Wełna ma czas');
  for (const path of ['/healthz', '/readyz']) expect((await page.request.get(`${shop}${path}`)).status(), path).toBe(200);
  await page.goto(`${sandbox}/phone`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Czyj to telefon?');
  expect((await page.request.get(`${sandbox}/control`)).status()).toBe(200);
  expect(await demo.end('SIGINT')).toBe(0);
  expect(demo.errors).toBe('');
});

test('SIGTERM ends it with 0 too, while a page is watching', async ({ page, start }) => {
  const demo = start();
  const [shop, sandbox] = await demo.ready();
  await page.goto(`${sandbox}/phone/48600000009`);
  await expect(page.getByRole('button', { name: 'Odblokuj' })).toBeVisible();
  await page.request.get(shop);
  expect(await demo.end('SIGTERM')).toBe(0);
});

test('two of them stand side by side and know nothing of each other; a restart keeps what was there', async ({ page, start }) => {
  base.slow();
  const [one, two] = [start(), start()];
  const [first, second] = [await one.ready(), await two.ready()];
  expect(new Set([...first, ...second]).size).toBe(4);

  const number = '48600000009';
  const link = async ([shop, sandbox]: [string, string]) => {
    const post = async (path: string, data: unknown) => {
      const answer = await page.request.post(`${shop}/api/widget/${path}`, { data, headers: { origin: shop } });
      expect(answer.status(), await answer.text()).toBe(200);
    };
    await post('items', { product_id: 'mydlo-lanolina', request_id: 'a-click-of-this-test' });
    await post('bind', { method: 'phone', prefix: '48', phone: number.slice(2), binding_place: 'PRODUCT_CARD' });
    const phone = `${sandbox}/phone/api/${number}`;
    const id = await until('the push', async () => (await call<{ inbox: { id: string }[] }>('GET', phone)).inbox[0]?.id);
    await call('POST', `${phone}/inbox/${id}`, { action: 'approve' });
  };
  const baskets = async ([, sandbox]: [string, string]) =>
    (await call<{ baskets: { inpost_basket_id: string }[] }>('GET', `${sandbox}/phone/api/${number}`)).baskets;
  await link(first);
  expect(await baskets(first)).toHaveLength(1);
  expect(await baskets(second)).toHaveLength(0);
  expect(readdirSync(one.data)).toContain('karfa-demo.db');

  const [linked] = await baskets(first);
  expect(await one.end('SIGINT')).toBe(0);
  const again = start(one.data);
  const addresses = await again.ready();
  expect((await baskets(addresses))[0]?.inpost_basket_id).toBe(linked?.inpost_basket_id);
  expect(await again.end('SIGINT')).toBe(0);
  expect(await two.end('SIGINT')).toBe(0);
});
