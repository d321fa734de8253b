// How the till learns of the customer's answer: by webhook, by its own looks, by both, and however they arrive.
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';
import { until } from '../support/until.ts';

test('the webhook comes first, and no look is needed', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  const before = await control.latest();
  await wallet.tap('payment', 'approve');
  // Sooner than the first look, which comes after five seconds.
  await till.shows('paid', 4_000);
  await till.agrees();
  expect(await control.count('vipps.payment.capture', before)).toBe(1);
});

test('a look comes first, and the webhook that follows changes nothing', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await control.fault({ call: 'vipps.webhook', kind: 'hold' });
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await control.noFaults();
  for (const { id } of await until('the webhooks to be held', async () => nonEmpty(await control.held()))) await control.release(id);
  await till.agrees();
  await till.shows('paid');
});

test('webhook and look at the same moment take the money once', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await control.fault({ call: 'vipps.webhook', kind: 'hold' });
  const before = await control.latest();
  await wallet.tap('payment', 'approve');
  const [held] = await until('the webhook to be held', async () => nonEmpty(await control.held()));
  await Promise.all([control.release(held?.id ?? 0), page.keyboard.press('F7')]);
  await till.shows('paid');
  await till.agrees();
  expect(await control.count('vipps.payment.capture', before)).toBe(1);
});

test('no webhook ever comes', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.webhook', kind: 'drop_before' });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('the cashier asks, sooner than the till would', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.webhook', kind: 'drop_before' });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.button('pay.check').click();
  await till.shows('paid', 4_000);
  await till.agrees();
});

test('every webhook comes twice', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.webhook', kind: 'duplicate' });
  const before = await control.latest();
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  expect(await control.count('vipps.payment.capture', before)).toBe(1);
});

test('the same bytes come once more', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.webhook', kind: 'replay' });
  const before = await control.latest();
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  expect(await control.count('vipps.payment.capture', before)).toBe(1);
});

test('webhooks come in the wrong order, the first one after the refund', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.webhook', kind: 'hold', times: 1 });
  await till.ask(customer.typed);
  const [created] = await until('the webhook to be held', async () => nonEmpty(await control.held()));
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.refund('10');
  await till.shows('partly_refunded');
  await control.release(created?.id ?? 0);
  await till.agrees();
  await till.shows('partly_refunded');
});

test('a webhook with a wrong signature is refused, and a look tells the truth', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  const before = await control.latest();
  await control.fault({ call: 'vipps.webhook', kind: 'tamper_signature' });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  const answers = (await control.calls(before)).filter(({ call }) => call === 'vipps.webhook');
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
});

test('a webhook that was signed an hour ago is refused', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  const before = await control.latest();
  await control.fault({ call: 'vipps.webhook', kind: 'stale_timestamp' });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  const answers = (await control.calls(before)).filter(({ call }) => call === 'vipps.webhook');
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
});

test('a forged webhook moves nothing', async ({ page, stage, request, control, customer }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  const { reference, amount_minor: value } = await till.payment();
  const before = await control.latest();
  const forged = await request.post(`${stage.url}/vipps/webhooks`, {
    headers: {
      'x-ms-date': new Date().toUTCString(),
      'x-ms-content-sha256': 'AAAA',
      authorization: 'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=AAAA',
    },
    data: {
      msn: '123456', reference, pspReference: 'p', name: 'AUTHORIZED', amount: { currency: 'NOK', value },
      timestamp: new Date().toISOString(), idempotencyKey: null, success: true,
    },
  });
  expect(forged.status()).toBe(401);
  expect(await control.count('vipps.payment.capture', before)).toBe(0);
  await till.shows('awaiting_customer');
  await till.agrees();
});

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}
