// Netgíró's second generation at a till: payments instead of carts. Its callback says nothing that counts: it wakes the
// till, and the status decides.
import { createHash } from 'node:crypto';
import { expect, NETGIRO, NETGIRO_SECRET, test } from '../support/netgiro.ts';

test.use({ settings: { netgiro: 'v2' } });

const WAYS = ['number', 'typed code', 'scanned code'] as const;

for (const by of ['automatic', 'manual'] as const) {
  for (const way of WAYS) {
    test(`${way}, ${by}: the customer pays, and all of it goes back`, async ({ counter }) => {
      const at = await counter(way);
      await at.ask(by, 2);
      await at.agree();
      await at.ends('paid', 'all');
      await at.till.refund();
      await at.till.shows('refunded');
      await at.till.agrees();
    });
  }

  test(`number, ${by}: the customer says no`, async ({ counter }) => {
    const at = await counter('number');
    await at.ask(by);
    await at.reject();
    await at.ends('declined', 'nothing');
  });

  test(`number, ${by}: the cashier takes it back`, async ({ counter }) => {
    const at = await counter('number');
    await at.ask(by);
    await at.phone.waiting('payment');
    await at.till.button('pay.cancel').click();
    await at.ends('cancelled', 'nothing');
  });

  test(`number, ${by}: the server is killed while the customer is asked`, async ({ counter, stage }) => {
    const at = await counter('number');
    await at.ask(by);
    await at.till.shows('awaiting_customer');
    await stage.server.kill();
    await stage.server.start();
    await at.agree();
    await at.ends('paid', 'all');
  });

  test(`number, ${by}: the callback is forged once`, async ({ counter, control }) => {
    const at = await counter('number');
    const before = await control.latest();
    await control.fault({ call: 'netgiro.v2.callback', kind: 'tamper_signature', times: 1 });
    await at.ask(by);
    await at.agree();
    await at.ends('paid', 'all');
    const callbacks = (await control.calls(before)).filter(({ call }) => call === 'netgiro.v2.callback');
    expect(callbacks.map(({ status }) => status)).toEqual([401, 200]);
  });
}

test('manual: the answer to the capture is lost', async ({ counter, control }) => {
  const at = await counter('number');
  await control.fault({ call: 'netgiro.v2.capture', kind: 'drop_after', times: 1 });
  await at.ask('manual');
  await at.agree();
  await at.ends('paid', 'all');
  await control.struck();
});

test('a cancellation that is replayed as a confirmation moves nothing', async ({ counter, stage, page }) => {
  const at = await counter('number');
  await at.ask('automatic');
  const { id } = await at.phone.waiting('payment');
  await at.till.shows('awaiting_customer');
  const { reference, amount_minor: amount } = await at.till.payment();
  // The signature covers the payment and its amount, and is the same for every outcome.
  const signature = createHash('sha256').update(`${NETGIRO_SECRET}${id}${amount}`).digest('hex');
  const replay = (signed: string) => page.request.post(`${stage.url}/netgiro/callback/${reference}`, {
    headers: { 'x-netgiro-signature': signed },
    data: { Success: true, Message: 'Confirmed', TransactionId: id, ReferenceNumber: reference, TotalAmount: amount },
  });
  expect((await replay(signature)).status()).toBe(200);
  expect((await replay(signature.replaceAll(/[0-7]/g, '8'))).status()).toBe(401);
  await at.ends('awaiting_customer', 'nothing');
  await at.reject();
  await at.ends('declined', 'nothing');
  expect((await replay(signature)).status()).toBe(200);
  await at.ends('declined', 'nothing');
});

test('a kennitala is not taken, and the page does not offer it', async ({ counter, page }) => {
  const at = await counter('number');
  await expect(page.getByRole('radio', { name: at.till.text('customer.national_id'), exact: true })).toHaveCount(0);
  await expect(page.getByRole('radio', { name: at.till.text('customer.phone'), exact: true })).toHaveCount(1);
});

test('who is no customer is told so', async ({ counter }) => {
  const at = await counter('number', NETGIRO.nobody);
  await at.ask('manual');
  await at.ends('failed', 'nothing');
  await expect(at.till.state).toContainText('400');
});
