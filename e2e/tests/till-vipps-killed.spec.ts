// The server dies at any moment (`kill -9`), and comes back: what was begun ends once, and the page says how.
import type { Control } from '../support/control.ts';
import type { WalletPhone } from '../support/customers.ts';
import type { Stage } from '../support/stage.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';
import { until } from '../support/until.ts';

test('killed while the customer is asked', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await stage.server.kill();
  await expect(page.getByText(till.text('net.away'))).toBeVisible();
  await wallet.tap('payment', 'approve');
  await stage.server.start();
  await till.shows('paid');
  await till.agrees();
});

test('killed while the request is on its way', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await control.fault({ call: 'vipps.payment.create', kind: 'delay', ms: 5_000, times: 1 });
  await till.pay();
  await control.struck();
  await again(stage);
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await wallet.nothingWaits('payment');
  await till.agrees();
});

test('killed when the request had arrived and its answer was lost', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await acted(control, 'vipps.payment.create');
  await till.pay();
  await till.shows('unknown_request');
  await again(stage, control);
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await wallet.nothingWaits('payment');
  await till.agrees();
});

test('killed when the customer had agreed', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await reserved(till, customer.typed, wallet);
  await again(stage);
  await till.button('pay.capture').click();
  await till.shows('paid');
  await till.agrees();
});

test('killed while the capture is on its way', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await control.fault({ call: 'vipps.payment.capture', kind: 'delay', ms: 5_000, times: 1 });
  await wallet.tap('payment', 'approve');
  await till.shows('capturing');
  await control.struck();
  await again(stage);
  await till.shows('paid');
  await till.agrees();
});

test('killed when the money was taken and nobody had heard of it', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await reserved(till, customer.typed, wallet);
  await acted(control, 'vipps.payment.capture');
  await till.button('pay.capture').click();
  await till.shows('unknown_capture');
  await again(stage, control);
  await till.shows('paid');
  await till.agrees();
});

test('killed when money was given back and nobody had heard of it', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await acted(control, 'vipps.payment.refund');
  await till.button('refund.open').click();
  await page.locator('#refund-amount').fill('25');
  await page.locator('#refund-amount').press('Enter');
  await until('the doubt', async () => (await till.payment()).checking === 'refund');
  await again(stage, control);
  await page.reload();
  await till.shows('partly_refunded');
  await till.agrees();
  expect((await till.payment()).refunded_minor).toBe(2_500);
});

test('killed when the request was taken back and nobody had heard of it', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await acted(control, 'vipps.payment.cancel');
  await till.button('pay.cancel').click();
  await till.shows('unknown_cancel');
  await again(stage, control);
  await till.shows('cancelled');
  await wallet.nothingWaits('payment');
  await till.agrees();
});

/** Up to here the sale's money is reserved, and the cashier takes it by hand. */
async function reserved(till: Till, typed: string, wallet: WalletPhone): Promise<void> {
  await till.ringUp();
  await till.identify(typed);
  await till.page.getByLabel(till.text('pay.by_hand')).check();
  await till.pay();
  await wallet.tap('payment', 'approve');
  await till.shows('authorised');
}

/** From now on: the provider does it once and its answer is lost, it cannot be asked, and what is tried again fails. */
async function acted(control: Control, call: string): Promise<void> {
  await control.fault({ call, kind: 'drop_after', times: 1 });
  await control.fault({ call, kind: 'fail', status: 503 });
  await control.fault({ call: 'vipps.payment.read', kind: 'fail', status: 503 });
  await control.fault({ call: 'vipps.webhook', kind: 'drop_before' });
}

/** Kills the server and starts it again; meanwhile all goes right at the provider again. */
async function again(stage: Stage, control?: Control): Promise<void> {
  await stage.server.kill();
  await control?.noFaults();
  await stage.server.start();
}
