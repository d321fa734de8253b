// Whatever moves money is written down, with what makes its key, before the provider hears of it; and the provider hears
// that key.
import type { Control } from '../support/control.ts';
import type { Stage } from '../support/stage.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';
import { until } from '../support/until.ts';
import { Portal } from '../support/vipps-portal.ts';

/** Long enough to look into the database while the call is on its way. */
const ON_ITS_WAY = { kind: 'delay', ms: 3_000, times: 1 } as const;

test('a request, a capture and a refund are in the outbox before they are at the provider, under one key each', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await control.fault({ call: 'vipps.payment.create', ...ON_ITS_WAY });
  await till.pay();
  const { reference } = await until('the request', async () => (await till.sale())?.payment);
  await written(stage, control, till, 'request');
  expect(await till.truth(reference), 'the provider has not heard of it').toBeUndefined();
  await till.shows('awaiting_customer');
  await control.fault({ call: 'vipps.payment.capture', ...ON_ITS_WAY });
  await wallet.tap('payment', 'approve');
  await written(stage, control, till, 'capture');
  expect(await till.paymentAtProvider()).toMatchObject({ captured: 0 });
  await till.shows('paid');
  await control.fault({ call: 'vipps.payment.refund', ...ON_ITS_WAY });
  await till.button('refund.open').click();
  await page.locator('#refund-amount').fill('10');
  await page.locator('#refund-amount').press('Enter');
  await written(stage, control, till, 'refund');
  expect(await till.paymentAtProvider()).toMatchObject({ refunded: 0 });
  await till.shows('partly_refunded');
  await till.agrees();
  expect(await new Portal(stage.sandboxUrl).keys(reference)).toEqual({
    CREATED: [`${reference}-req1`], CAPTURED: [`${reference}-cap1`], REFUNDED: [`${reference}-ref1`],
  });
});

test('a cancellation is in the outbox before it is at the provider', async ({ page, stage, control, customer }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await control.fault({ call: 'vipps.payment.cancel', ...ON_ITS_WAY });
  await till.button('pay.cancel').click();
  await written(stage, control, till, 'cancel');
  expect(await till.paymentAtProvider()).toMatchObject({ state: 'CREATED' });
  await till.shows('cancelled');
  await till.agrees();
});

test('a key is the same at every try', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await control.fault({ call: 'vipps.payment.capture', kind: 'drop_after', times: 1 });
  await control.fault({ call: 'vipps.payment.capture', kind: 'fail', status: 503, times: 1 });
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  const { reference } = await till.payment();
  expect((await new Portal(stage.sandboxUrl).keys(reference)).CAPTURED).toEqual([`${reference}-cap1`]);
});

/** Waits until an effect of the sale is written down, and then until the call has begun: in this order. */
async function written(stage: Stage, control: Control, till: Till, effect: string): Promise<void> {
  const sale = await till.sale();
  const sql = "select effect_name from outbox where kind = 'sale' and aggregate_id = ? and effect_name = ?";
  await until(`the ${effect} to be written down`, () => stage.database.rows(sql, [sale?.id ?? '', effect]).length === 1);
  await control.struck();
  expect(stage.database.rows(sql, [sale?.id ?? '', effect]), 'it stays until it is known to be done').toHaveLength(1);
}
