// Bad input over a real connection: what only a network can bring. Everything else is in the server's own tests.
import { once } from 'node:events';
import { connect } from 'node:net';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

/** Sends bytes as they are, and returns the answer's first line and body. */
async function raw(url: string, ...parts: string[]): Promise<{ status: number; text: string }> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  socket.on('error', () => {});
  for (const part of parts) socket.write(part.replaceAll('HOST', host).replaceAll('\n', '\r\n'));
  socket.setTimeout(10_000, () => socket.destroy());
  await once(socket, 'close');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text };
}

const JSON_HEAD = 'Content-Type: application/json\nOrigin: http://HOST\nConnection: close\n';

test('a body that announces no length is cut off at the limit', async ({ stage }) => {
  const chunk = `4000\n${'x'.repeat(0x4000)}\n`;
  const { status, text } = await raw(
    stage.url,
    `POST /api/widget/items HTTP/1.1\nHost: HOST\n${JSON_HEAD}Transfer-Encoding: chunked\n\n`,
    ...Array.from({ length: 5 }, () => chunk),
    '0\n\n',
  );
  expect(status).toBe(413);
  expect(text).toContain('"code":"too_large"');
});

test('a body that announces too much is refused before it comes', async ({ stage }) => {
  const { status, text } = await raw(stage.url, `POST /api/widget/items HTTP/1.1\nHost: HOST\n${JSON_HEAD}Content-Length: 65537\n\n`);
  expect(status).toBe(413);
  expect(text).toContain('application/problem+json');
});

test('what is no HTTP, or too much of it, is refused, and the next shopper is served', async ({ stage, shop }) => {
  for (const bytes of [
    'BREW /pot\n\n',
    'GET / HTTP/1.1\n\u0000: x\n\n',
    `GET / HTTP/1.1\nHost: HOST\nX: ${'y'.repeat(600_000)}\n\n`,
    `GET /${'z'.repeat(100_000)} HTTP/1.1\nHost: HOST\nConnection: close\n\n`,
    'POST /api/widget/items HTTP/1.1\nHost: HOST\nContent-Length: 5\nContent-Length: 6\n\nhello',
  ]) {
    const { status } = await raw(stage.url, bytes);
    expect([0, 400, 404, 414, 431], bytes.slice(0, 40)).toContain(status);
  }
  await shop.product(GOODS.soap);
  await shop.expectCount(0);
});

test.describe('from a foreign page', () => {
  // What the browser says about it is what should happen.
  test.use({ allowedNoise: [/status of 403/] });

  test('the API changes nothing and tells nothing, whatever cookies the shopper has', async ({ stage, page, shop }) => {
    await shop.add(GOODS.soap);
    // The sandbox's pages are another origin on the same machine: to the browser as foreign as any.
    await page.goto(`${stage.sandboxUrl}/phone/assets/icon.svg`);
    const [sent, read] = await page.evaluate(async (url) => {
      const outcome = (asked: Promise<Response>) => asked.then((answer) => answer.status, (error: Error) => error.name);
      const body = '{"product_id":"mydlo-lanolina","request_id":"a-foreign-request"}';
      return [
        await outcome(fetch(`${url}/api/widget/items`, { method: 'POST', credentials: 'include', mode: 'no-cors', body })),
        await outcome(fetch(`${url}/api/widget/link`, { credentials: 'include' })),
      ];
    }, stage.url);
    // Sent, for no browser stops that, and without effect: what came of it has no status that a page could see. A request
    // that may be read is refused in words for whoever set the page up, and tells nothing.
    expect([sent, read]).toEqual([0, 403]);
    await shop.basket();
    await shop.expectCount(1);
  });
});
