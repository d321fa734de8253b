// What a provider and a network can do to a payment, and that money moves once whatever they do.
import { special, WalletPhone } from '../support/customers.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('the access token expires between agreement and capture', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.reserve(customer.typed, wallet);
  await control.advanceClock(3_700);
  const before = await control.latest();
  await till.button('pay.capture').click();
  await till.shows('paid');
  await till.agrees();
  expect(await control.count('vipps.token', before)).toBe(1);
});

test('a token that is refused for no reason is fetched anew', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.payment.create', kind: 'fail', status: 401, times: 1 });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

for (const status of [429, 503]) {
  test(`asking is answered ${status} at first`, async ({ page, stage, control, customer, wallet }) => {
    const till = await Till.open(page, stage, 'oslo');
    await control.fault({ call: 'vipps.payment.create', kind: 'fail', status, times: 2 });
    await till.ask(customer.typed);
    await wallet.tap('payment', 'approve');
    await till.shows('paid');
    await till.agrees();
  });
}

test('looks are answered 429, and the answer is learnt all the same', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.webhook', kind: 'drop_before' });
  await till.ask(customer.typed);
  await control.fault({ call: 'vipps.payment.read', kind: 'fail', status: 429, times: 2 });
  await wallet.tap('payment', 'approve');
  await till.button('pay.check').click();
  await till.shows('paid');
  await till.agrees();
});

test('while the provider cannot be asked the till says that it does not know', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await control.fault({ call: 'vipps.payment.read', kind: 'fail', status: 500 });
  await wallet.tap('payment', 'approve');
  await till.shows('unknown_customer');
  await expect(till.state).toContainText(till.text('state.unknown_customer.title'));
  await control.noFaults();
  await till.button('pay.check').click();
  await till.shows('paid');
  await till.agrees();
});

test('the answer to the request is lost', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.payment.create', kind: 'drop_after', times: 1 });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await wallet.nothingWaits('payment');
  await till.agrees();
});

test('the answer to the capture is lost', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await control.fault({ call: 'vipps.payment.capture', kind: 'drop_after', times: 2 });
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('the answer to the capture and all news are lost: the till says that it does not know', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.reserve(customer.typed, wallet);
  await control.fault({ call: 'vipps.payment.capture', kind: 'drop_after', times: 1 });
  await control.fault({ call: 'vipps.payment.read', kind: 'fail', status: 503 });
  await control.fault({ call: 'vipps.payment.capture', kind: 'fail', status: 503 });
  await till.button('pay.capture').click();
  await till.shows('unknown_capture');
  await expect(page.locator('.payment .primary')).toHaveText([new RegExp(till.text('pay.check'))]);
  await control.noFaults();
  await till.shows('paid');
  await till.agrees();
});

test('the answer to the refund is lost', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await control.fault({ call: 'vipps.payment.refund', kind: 'drop_after', times: 1 });
  await till.refund('99');
  await till.shows('partly_refunded');
  await till.agrees();
});

test('the answer to the cancellation is lost', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await control.fault({ call: 'vipps.payment.cancel', kind: 'drop_after', times: 1 });
  await till.button('pay.cancel').click();
  await till.shows('cancelled');
  await wallet.nothingWaits('payment');
  await till.agrees();
});

test('a capture fails twice for now (6280), and then takes the money once', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.payment.capture', kind: 'fail', status: 400, error_code: '6280', times: 2 });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('while a capture fails for now (6280) the cashier reads why, and presses again', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.payment.capture', kind: 'fail', status: 400, error_code: '6280' });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await expect(till.state).toContainText(till.text('problem.vipps.6280', { wallet: 'Vipps' }));
  // Neither waited for nor paid: one looks once more, or goes on.
  await till.shows('capture_waits');
  await expect(page.locator('.payment .primary')).toHaveText([new RegExp(till.text('pay.check'))]);
  await expect(till.button('pay.next_customer')).toBeEnabled();
  await till.agrees();
  await till.button('pay.capture').click();
  await control.noFaults();
  await till.shows('paid');
  await till.agrees();
});

test('a capture that is refused for good is made by hand', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await control.fault({ call: 'vipps.payment.capture', kind: 'fail', status: 400, error_code: '6200', times: 1 });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('authorised');
  await expect(till.state).toContainText(till.text('problem.vipps.6200', { wallet: 'Vipps' }));
  await till.agrees();
  await till.button('pay.capture').click();
  await till.shows('paid');
  await till.agrees();
});

test('while the customer is deciding nothing is cancelled; then the customer pays', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await wallet.tap('payment', 'open');
  await till.button('pay.cancel').click();
  await till.shows('cancelling');
  await expect(till.state).toContainText(till.text('problem.vipps.6250', { wallet: 'Vipps' }));
  await wallet.tap('payment', 'approve');
  // The cashier has taken it back: what was reserved is released.
  await till.shows('cancelled');
  await till.agrees();
});

test('while the customer is deciding nothing is cancelled; then the customer says no', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await wallet.tap('payment', 'open');
  await till.button('pay.cancel').click();
  await till.shows('cancelling');
  await wallet.tap('payment', 'reject');
  await expect(till.state).toHaveAttribute('data-state', /^(declined|cancelled)$/);
  await till.agrees();
});

test('the bank refuses, and the customer gives up', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo');
  const poor = special(5);
  const phone = new WalletPhone(stage.sandboxUrl, poor);
  await till.ask(poor.typed);
  await expect(phone.tap('payment', 'approve')).rejects.toMatchObject({ status: 402 });
  await till.shows('awaiting_customer');
  await phone.tap('payment', 'reject');
  await till.shows('declined');
  await till.agrees();
});

for (const [which, number, name] of [[1, '7010', 'nobody'], [2, '5060', 'a closed account']] as const) {
  test(`asking ${name} is refused with ${number}, in words`, async ({ page, stage }) => {
    const till = await Till.open(page, stage, 'oslo');
    await till.ringUp();
    await till.identify(special(which).typed);
    await till.pay();
    await till.shows('failed');
    await expect(till.state).toContainText(till.text(`problem.vipps.${number}`, { wallet: 'Vipps' }));
    await expect(till.state).toContainText(number);
    await till.agrees();
    await expect(till.button('pay.again')).toBeEnabled();
  });
}

for (const [typed, number] of [['1,23', '6260'], ['1,24', '5100']] as const) {
  test(`money that cannot be given back (${number}) stays, and the cashier reads why`, async ({ page, stage, customer, wallet }) => {
    const till = await Till.open(page, stage, 'oslo');
    await till.ask(customer.typed);
    await wallet.tap('payment', 'approve');
    await till.shows('paid');
    await till.refund(typed);
    await expect(till.state).toContainText(till.text(`problem.vipps.${number}`, { wallet: 'Vipps' }));
    await till.shows('paid');
    await till.agrees();
    await till.refund('2');
    await till.shows('partly_refunded');
    await till.agrees();
  });
}

test('a provider with a fault of its own (3010) keeps nobody: the sale is set aside, and nothing is owed', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(special(7).typed);
  await till.pay();
  await till.shows('unknown_request');
  await till.agrees();
  const { reference } = await till.payment();
  // The page waits for the outcome of each; one that is loaded again does not.
  await page.reload();
  await till.button('pay.cancel').click();
  await expect.poll(async () => (await till.payment()).cancelling).toBe(true);
  await page.reload();
  await till.button('pay.next_customer').click();
  await expect(till.state).toHaveCount(0);
  expect(await till.sale()).toBeNull();
  expect(await till.truth(reference)).toBeUndefined();
});
