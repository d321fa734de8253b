// A sale from the first good to the receipt, paid with Vipps or MobilePay, when everything goes as it should.
import { customerOf, WalletPhone } from '../support/customers.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('a customer named by number pays on the phone', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed, 2);
  const asked = await wallet.waiting('payment');
  expect(asked.amount).toEqual({ currency: 'NOK', value: (await till.sale())?.total_minor });
  expect(asked.lines).toEqual([expect.objectContaining({ quantity: '2', value: (await till.sale())?.total_minor })]);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  await till.button('pay.next_customer').click();
  await expect(till.state).toHaveCount(0);
  expect(await till.sale()).toBeNull();
});

test('a customer whose code is scanned pays on the phone', async ({ page, stage, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.scan(await wallet.personalQr());
  await expect(page.locator('#customer')).toHaveCount(0);
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

for (const [branch, currency] of [['copenhagen', 'DKK'], ['helsinki', 'EUR']] as const) {
  test(`a customer pays in ${currency} with MobilePay`, async ({ page, stage }, testInfo) => {
    const customer = customerOf(branch, testInfo.workerIndex);
    const phone = new WalletPhone(stage.sandboxUrl, customer);
    const till = await Till.open(page, stage, branch);
    await till.ask(customer.typed, 3);
    await expect(till.state).toContainText('MobilePay');
    expect((await phone.waiting('payment')).amount).toEqual({ currency, value: (await till.sale())?.total_minor });
    await phone.tap('payment', 'approve');
    await till.shows('paid');
    await till.agrees();
  });
}

test('money that is reserved first is taken by hand', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await page.getByLabel(till.text('pay.by_hand')).check();
  await till.pay();
  await wallet.tap('payment', 'approve');
  await till.shows('authorised');
  expect(await till.paymentAtProvider()).toMatchObject({ captured: 0 });
  await till.agrees();
  await till.button('pay.capture').click();
  await till.shows('paid');
  await till.agrees();
});

test('of reserved money a part is taken and the rest released', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await page.getByLabel(till.text('pay.by_hand')).check();
  await till.pay();
  await wallet.tap('payment', 'approve');
  await till.shows('authorised');
  await page.getByLabel(till.text('pay.capture_part')).check();
  const amount = page.getByLabel(till.text('pay.capture_amount'));
  const take = page.getByRole('button', { name: till.text('pay.capture_send'), exact: true });
  await amount.fill('0');
  await take.click();
  await expect(page.locator('#capture-wrong')).not.toBeEmpty();
  await amount.fill('100,50');
  await take.click();
  await till.shows('partly_paid');
  await till.agrees();
  const { amount_minor: asked } = await till.payment();
  await expect.poll(() => till.paymentAtProvider()).toMatchObject({ captured: 10_050, released: asked - 10_050 });
});

test('a request is taken back before the customer answers, and the sale is asked for again', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await till.button('pay.cancel').click();
  await till.shows('cancelled');
  await wallet.nothingWaits('payment');
  await till.agrees();
  expect(await till.paymentAtProvider()).toMatchObject({ state: 'TERMINATED' });
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('reserved money is given back when the cashier cancels', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await page.getByLabel(till.text('pay.by_hand')).check();
  await till.pay();
  await wallet.tap('payment', 'approve');
  await till.shows('authorised');
  await till.button('pay.cancel').click();
  await till.shows('cancelled');
  await till.agrees();
  const { authorised, released } = await till.paymentAtProvider();
  expect(released).toBe(authorised);
});

test('the customer says no', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await wallet.tap('payment', 'reject');
  await till.shows('declined');
  await till.agrees();
  await expect(till.button('pay.again')).toBeEnabled();
});

test('the customer does not answer in time', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await control.advanceClock(601);
  await till.shows('expired');
  await till.agrees();
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('money is given back in parts, and not more than was taken', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.refund('100');
  await till.shows('partly_refunded');
  await till.agrees();
  await till.refund('0,50');
  await expect.poll(async () => (await till.payment()).refunded_minor).toBe(10_050);
  await till.shows('partly_refunded');
  await till.agrees();
  await till.button('refund.open').click();
  const dialog = page.getByRole('dialog', { name: till.text('refund.title') });
  await dialog.locator('#refund-amount').fill('99999');
  await dialog.getByRole('button', { name: till.text('refund.send') }).click();
  await expect(dialog.getByRole('alert')).not.toBeEmpty();
  await dialog.getByRole('button', { name: till.text('action.back') }).click();
  await till.refund();
  await till.shows('refunded');
  await till.agrees();
  await expect(till.button('refund.open')).toHaveCount(0);
});

test('where no messages may be sent the customer scans a code', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'bergen');
  await till.ringUp();
  await till.identify(customer.typed);
  await till.pay();
  await till.shows('failed');
  await expect(till.state).toContainText('5080');
  const customersScreen = await page.context().newPage();
  await customersScreen.goto('/till/customer');
  await till.button('pay.offer_code').click();
  await till.shows('awaiting_scan');
  const code = customersScreen.getByRole('img', { name: till.text('screen.code', { wallet: 'Vipps' }) });
  await expect(code).toBeVisible();
  await wallet.scan((await till.payment()).code_to_scan ?? '');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  await expect(customersScreen.locator('[data-state=paid]')).toBeVisible();
});
