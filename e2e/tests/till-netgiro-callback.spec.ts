// What Netgíró's first generation calls the till with decides about money: it is taken only if it is signed for this address,
// and about this cart, this amount and this payment. Anything else is not 200, and moves nothing.
import { createHash } from 'node:crypto';
import type { APIResponse } from '@playwright/test';
import { expect, NETGIRO_SECRET, test, type Counter } from '../support/netgiro.ts';
import { until } from '../support/until.ts';

/** The documents' word is "within 5 to 10 s"; the till's own is a second. */
const SOON_MS = 1_000;

test('a callback about another cart, amount or payment is refused, whoever signed it; the right one is answered within a second', async ({ counter, control }) => {
  const at = await counter('number');
  await control.fault({ call: 'netgiro.callback', kind: 'hold', times: 1 });
  await at.ask('server_callback');
  await at.agree();
  const held = await until('the callback', async () => (await control.held()).at(-1));
  const [cart] = await cartsOf(at);
  if (!cart) throw new Error('there is no cart');
  const { reference, transaction_id: id, amount } = cart;
  const right = { TransactionId: id, ReferenceNumber: reference, TotalAmount: amount, StatusId: 1, InvoiceNumber: 1, Created: '2026-11-22T10:00:00' };
  const url = `${at.till.stage.url}/netgiro/callback/${reference}`;
  for (const [what, status, answered] of [
    ['an amount that is less', 409, () => tell(at, url, { ...right, TotalAmount: amount - 1 })],
    ['an amount that is more', 409, () => tell(at, url, { ...right, TotalAmount: amount + 1 })],
    ['another cart', 409, () => tell(at, url, { ...right, TransactionId: '11111111-2222-4333-8444-555555555555' })],
    ['another payment', 422, () => tell(at, url, { ...right, ReferenceNumber: `${reference}9` })],
    ['no payment', 422, () => tell(at, url, null)],
    ['a code that nobody knows', 422, () => tell(at, url, right, { code: 10999, successful: false })],
    ['a no, at the address for a yes', 422, () => tell(at, url, right, { code: 10201, successful: false })],
    ['a yes, at the address for a no', 422, () => tell(at, `${url}/cancelled`, right)],
    ['a signature for another address', 401, () => tell(at, url, right, { signedFor: `${url}/cancelled` })],
    ['another secret', 401, () => tell(at, url, right, { secret: 'not the secret' })],
    ['no signature', 401, () => tell(at, url, right, { unsigned: true })],
    ['a payment that nobody began', 404, () => tell(at, url.replace(reference, '01a2059c-c93c-7183-ad20-e8bfa3010982-1'), right)],
  ] as const) {
    expect((await answered()).status(), what).toBe(status);
  }
  await at.ends('awaiting_customer', 'nothing');
  const began = performance.now();
  expect((await control.release(held.id)).status).toBe(200);
  expect(performance.now() - began).toBeLessThan(SOON_MS);
  await at.ends('paid', 'all');
  // What was right once is right again, and moves nothing more; nor does a no that comes too late.
  expect((await tell(at, url, right)).status()).toBe(200);
  await tell(at, `${url}/cancelled`, right, { code: 10201, successful: false });
  await at.ends('paid', 'all');
  await at.till.button('pay.next_customer').click();
  await expect(at.till.state).toHaveCount(0);
});

interface Cart {
  transaction_id: string;
  reference: string;
  amount: number;
}

async function cartsOf(at: Counter): Promise<Cart[]> {
  const { reference } = await at.till.payment();
  const answer = await at.till.page.request.get(`${at.till.stage.sandboxUrl}/control/netgiro/carts?reference=${reference}`);
  return ((await answer.json()) as { carts: Cart[] }).carts;
}

/** Calls the till as Netgíró does, or nearly so. */
function tell(
  at: Counter,
  url: string,
  info: object | null,
  how: { code?: number; successful?: boolean; signedFor?: string; secret?: string; unsigned?: boolean } = {},
): Promise<APIResponse> {
  const { code = 10429, successful = false, signedFor = url, secret = NETGIRO_SECRET, unsigned = false } = how;
  const body = JSON.stringify({ Success: true, Message: '', ResultCode: code, PaymentSuccessful: successful, PaymentInfo: info });
  const nonce = createHash('sha256').update(body + Math.random()).digest('hex').slice(0, 32);
  const signature = createHash('sha256').update(secret + nonce + signedFor + body).digest('hex');
  return at.till.page.request.post(url, {
    headers: { 'content-type': 'application/json', ...(unsigned ? {} : { netgiro_signature: signature, netgiro_nonce: nonce }) },
    data: body,
  });
}
