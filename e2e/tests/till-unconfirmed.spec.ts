// Money of which nobody knows whether it has moved: what the cashier can do, and what is asked before it is done.
import type { Locator } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import type { WalletPhone } from '../support/customers.ts';
import { Till, type SaleView } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';
import { until } from '../support/until.ts';

const CAPTURE = 'vipps.payment.capture';

test('while a capture is in doubt the next customer is served, and the money is counted when it is known', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await reserved(till, customer.typed, wallet);
  for (const call of [CAPTURE, 'vipps.payment.read']) await control.fault({ call, kind: 'fail', status: 500 });
  await till.button('pay.capture').click();
  await till.shows('unknown_capture');
  await expectAccessible(page);
  const { id, number, total_minor } = (await till.sale()) as SaleView;
  await till.button('pay.next_customer').click();
  await expect(till.state).toHaveCount(0);

  const opened = await openInList(till, number);
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'unknown_capture');
  await expect(row(till, number).locator('.tag')).toHaveText(till.text('phase.unknown'));
  await control.noFaults();
  await opened.getByRole('button', { name: till.text('pay.capture') }).click();
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'paid');
  await expect(row(till, number).locator('.tag')).toHaveText(till.text('phase.paid'));
  const { payment } = await till.saleById(id);
  expect(await till.moneyAtProvider(payment?.reference ?? '')).toEqual([total_minor, 0]);
});

test('what was refused after all is released from the list', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await reserved(till, customer.typed, wallet);
  await control.fault({ call: CAPTURE, kind: 'fail', status: 500 });
  await till.button('pay.capture').click();
  await till.shows('unknown_capture');
  const { id, number } = (await till.sale()) as SaleView;
  await till.button('pay.next_customer').click();
  await expect(till.state).toHaveCount(0);
  await control.noFaults();
  await control.fault({ call: CAPTURE, kind: 'fail', status: 400, error_code: '6260' });

  const opened = await openInList(till, number);
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'authorised', { timeout: 15_000 });
  await opened.getByRole('button', { name: till.text('pay.cancel') }).click();
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'cancelled');
  const { payment } = await till.saleById(id);
  await until('the release', async () => (await till.truth(payment?.reference ?? ''))?.released === payment?.authorised_minor);
});

test('a page that is loaded anew takes the part that is being taken', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await reserved(till, customer.typed, wallet);
  await control.fault({ call: CAPTURE, kind: 'fail', status: 400, error_code: '6280' });
  await page.getByLabel(till.text('pay.capture_part')).check();
  await page.locator('#capture').fill('10');
  await till.button('pay.capture_send').click();
  await expect(till.state).toContainText('6280');
  await page.reload();
  const button = till.button('pay.capture');
  await expect(button).toContainText(till.amount(1_000));
  await expect(page.getByLabel(till.text('pay.capture_part'))).toHaveCount(0);
  await control.noFaults();
  await button.click();
  await till.shows('partly_paid');
  await till.agrees();
});

test('that something was not paid is asked once more, about the payment that was looked for', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'reject');
  await till.shows('declined');
  const sale = (await till.sale()) as SaleView;
  const lost = { ...sale, can: ['enter_transaction', 'tell_unpaid'] };
  const words: unknown[] = [];
  await page.route(`**/api/till/sales/${sale.id}`, (route) => route.fulfill({ json: lost }));
  await page.route(`**/api/till/sales/${sale.id}/looked-up`, async (route) => {
    words.push(route.request().postDataJSON());
    await route.fulfill({ json: sale });
  });
  const opened = await openInList(till, sale.number);
  const dialog = page.getByRole('dialog', { name: till.text('lookup.sure') });
  await opened.getByRole('button', { name: till.text('lookup.unpaid') }).click();
  await expect(dialog).toContainText(till.amount(sale.total_minor));
  await expectAccessible(page);
  await dialog.getByRole('button', { name: till.text('action.back') }).click();
  await expect(dialog).toBeHidden();
  expect(words).toEqual([]);
  await opened.getByRole('button', { name: till.text('lookup.unpaid') }).click();
  await dialog.getByRole('button', { name: till.text('lookup.sure_send') }).click();
  await expect(dialog).toBeHidden();
  expect(words).toEqual([{ reference: sale.payment?.reference, transaction: null }]);
});

test('money that nobody waited for stands in the list, and is given back once more', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const stray = {
    sale: 'of-some-day', number: '1-000042', attempt: 1, wallet: 'vipps', amount_minor: 12_300, reference: 'of-some-day-1',
    provider_id: 'id-at-the-provider', problem: { key: 'vipps.6150', number: '6150', trace_id: null, offer_code: false, can_retry: true },
  };
  let strays = [stray];
  await page.route(/\/api\/till\/day(\?|$)/, async (route) => {
    const day = (await (await route.fetch()).json()) as object;
    await route.fulfill({ json: { ...day, strays } });
  });
  await page.route(`**/api/till/sales/${stray.sale}/give-back`, async (route) => {
    expect(route.request().postDataJSON()).toEqual({ attempt: 1 });
    strays = [];
    await route.fulfill({ status: 409, json: { code: 'not_to_refund', detail: 'At most 0 can be given back.' } });
  });
  await till.button('place.day').click();
  const line = page.locator('.stray');
  const words = { amount: till.amount(stray.amount_minor), wallet: 'Vipps', number: stray.number };
  await expect(line).toContainText(words.amount);
  await expect(line).toContainText(words.number);
  await expect(line).toContainText('id-at-the-provider');
  await expect(line).toContainText(till.text('problem.vipps.6150', { wallet: 'Vipps' }));
  await expectAccessible(page);
  await line.getByRole('button', { name: till.text('stray.again') }).click();
  await expect(line).toHaveCount(0);
});

/** The customer has agreed, and the cashier takes the money by hand. */
async function reserved(till: Till, typed: string, wallet: WalletPhone): Promise<void> {
  await till.ringUp();
  await till.identify(typed);
  await till.page.getByLabel(till.text('pay.by_hand')).check();
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('authorised');
}

function row(till: Till, number: string): Locator {
  return till.page.getByRole('row').filter({ has: till.page.getByRole('button', { name: number, exact: true }) });
}

/** A sale of the day's list, opened beside it. */
async function openInList(till: Till, number: string): Promise<Locator> {
  await till.button('place.day').click();
  await row(till, number).getByRole('button').click();
  return till.page.locator('#opened');
}
