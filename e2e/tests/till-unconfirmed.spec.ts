// Money of which nobody knows whether it has moved: what the cashier can do, and what is asked before it is done.
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import type { Control } from '../support/control.ts';
import type { WalletPhone } from '../support/customers.ts';
import { Till, type SaleView } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';
import { until } from '../support/until.ts';

const CAPTURE = 'vipps.payment.capture';

test('while a capture is in doubt the next customer is served, and the money is counted when it is known', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await till.reserve(customer.typed, wallet);
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
  await expect(opened).toHaveAccessibleName(till.text('sale.number', { number }));
  await expect(opened.getByRole('button', { name: till.text('pay.capture') })).not.toHaveClass(/primary/);
  await control.noFaults();
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'paid', { timeout: 15_000 });
  await expect(page.locator('.pay').getByRole('status')).toContainText(till.text('state.paid.title'));
  await expect(row(till, number).locator('.tag')).toHaveText(till.text('phase.paid'));
  const { payment } = await till.saleById(id);
  expect(await till.moneyAtProvider(payment?.reference ?? '')).toEqual([total_minor, 0]);
});

test('what was refused after all is taken from the list', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const { id, opened, total_minor } = await refusedAfterAll(till, control, customer.typed, wallet);
  await control.noFaults();
  await opened.getByRole('button', { name: till.text('pay.capture') }).click();
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'paid');
  const { payment } = await till.saleById(id);
  expect(await till.moneyAtProvider(payment?.reference ?? '')).toEqual([total_minor, 0]);
});

test('what was refused after all is released from the list', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const { id, opened } = await refusedAfterAll(till, control, customer.typed, wallet);
  await opened.getByRole('button', { name: till.text('pay.cancel') }).click();
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'cancelled');
  const { payment } = await till.saleById(id);
  await until('the release', async () => (await till.truth(payment?.reference ?? ''))?.released === payment?.authorised_minor);
});

test('what is answered about a sale does not take the place of the one that was opened meanwhile', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const first = await paid(till, customer.typed, wallet);
  const second = await paid(till, customer.typed, wallet);
  await page.route(`**/api/till/sales/${first.id}`, (route) => route.fulfill({ json: authorised(first) }));
  const answer = await heldBack(page, `**/api/till/sales/${first.id}/capture`, first);
  const opened = await openInList(till, first.number);
  await opened.getByRole('button', { name: till.text('pay.capture') }).click();
  await row(till, second.number).getByRole('button').click();
  await expect(opened).toContainText(second.number);
  await till.button('refund.open').click();
  const listed = page.waitForResponse(/\/api\/till\/day(\?|$)/);
  answer();
  await listed;
  await expect(opened.locator('> h2')).toContainText(second.number);
  const dialog = page.getByRole('dialog', { name: till.text('refund.title') });
  await dialog.getByRole('button', { name: till.text('refund.send') }).click();
  await expect(dialog).toBeHidden();
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'refunded');
  await expect(opened.locator('> h2')).toContainText(second.number);
  expect(await till.moneyAtProvider(first.payment?.reference ?? '')).toEqual([first.total_minor, 0]);
  expect(await till.moneyAtProvider(second.payment?.reference ?? '')).toEqual([second.total_minor, second.total_minor]);
});

test('the sale that was pressed last is shown, whichever is answered first', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const first = await paid(till, customer.typed, wallet);
  const second = await paid(till, customer.typed, wallet);
  const answer = await heldBack(page, `**/api/till/sales/${first.id}`, first);
  const opened = await openInList(till, first.number);
  await row(till, second.number).getByRole('button').click();
  await expect(opened).toContainText(second.number);
  const late = page.waitForResponse(`**/api/till/sales/${first.id}`);
  answer();
  await (await late).finished();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
  await expect(opened).toContainText(second.number);
});

test('a second sale in doubt that is opened is followed as the first', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const first = await paid(till, customer.typed, wallet);
  const second = await paid(till, customer.typed, wallet);
  await page.route(`**/api/till/sales/${first.id}`, (route) => route.fulfill({ json: inDoubt(first) }));
  await page.route(`**/api/till/sales/${second.id}`, (route) => route.fulfill({ json: inDoubt(second) }));
  const opened = await openInList(till, first.number);
  await expect(opened).toContainText(first.number);
  await row(till, second.number).getByRole('button').click();
  await expect(opened).toContainText(second.number);
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'unknown_capture');
  await page.unroute(`**/api/till/sales/${second.id}`);
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'paid', { timeout: 15_000 });
});

test('whoever leaves the list while money is being taken from it comes to no harm', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const sale = await paid(till, customer.typed, wallet);
  await page.route(`**/api/till/sales/${sale.id}`, (route) => route.fulfill({ json: authorised(sale) }));
  const answer = await heldBack(page, `**/api/till/sales/${sale.id}/capture`, sale);
  const opened = await openInList(till, sale.number);
  await opened.getByRole('button', { name: till.text('pay.capture') }).click();
  await till.button('place.sale').click();
  await expect(page.locator('#payment')).toBeVisible();
  const late = page.waitForResponse(`**/api/till/sales/${sale.id}/capture`);
  answer();
  await (await late).finished();
  await till.ringUp();
  await expect(page.locator('#pay')).toBeEnabled();
});

test('a page that is loaded anew takes the part that is being taken', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.reserve(customer.typed, wallet);
  await control.fault({ call: CAPTURE, kind: 'fail', status: 400, error_code: '6280' });
  await page.getByLabel(till.text('pay.capture_part')).check();
  await page.locator('#capture').fill('10');
  await till.button('pay.capture_send').click();
  await expect(till.state).toContainText('6280');
  await page.reload();
  const button = till.button('pay.capture');
  await expect(button).toContainText(till.amount(1_000));
  await expect(page.getByLabel(till.text('pay.capture_part'))).toHaveCount(0);
  // Pressed before the till gets through by itself: then there is nothing to press any more.
  const asked = page.waitForRequest(/\/sale\/payment\/capture(\?|$)/);
  await button.click();
  expect((await asked).postDataJSON()).toEqual({ amount_minor: 1_000 });
  await control.noFaults();
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

test('giving one payment back by the keyboard leaves the next one alone', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const stray = (sale: string, number: string) => ({
    sale, number, attempt: 1, wallet: 'vipps', amount_minor: 12_300, reference: `${sale}-1`, provider_id: null,
    problem: { key: 'vipps.6150', number: '6150', trace_id: null, offer_code: false, can_retry: true },
  });
  let strays = [stray('of-some-day', '1-000042'), stray('of-another-day', '1-000043')];
  await page.route(/\/api\/till\/day(\?|$)/, async (route) => {
    const day = (await (await route.fetch()).json()) as object;
    await route.fulfill({ json: { ...day, strays } });
  });
  const givenBack: string[] = [];
  await page.route('**/api/till/sales/*/give-back', async (route) => {
    const sale = route.request().url().split('/').at(-2) ?? '';
    givenBack.push(sale);
    strays = strays.filter((one) => one.sale !== sale);
    await route.fulfill({ status: 409, json: { code: 'not_to_refund', detail: 'At most 0 can be given back.' } });
  });
  await till.button('place.day').click();
  const cards = page.locator('.stray');
  await expect(cards).toHaveCount(2);
  await cards.first().getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(cards).toHaveCount(1);
  await expect(cards).toContainText('1-000043');
  await expect(cards.getByRole('button')).toBeEnabled();
  await expect(cards.getByRole('button')).not.toBeFocused();
  await page.keyboard.press('Enter');
  await expect(cards).toHaveCount(1);
  expect(givenBack).toEqual(['of-some-day']);
});

function row(till: Till, number: string): Locator {
  return till.page.getByRole('row').filter({ has: till.page.getByRole('button', { name: number, exact: true }) });
}

/** A sale of the day's list, opened beside it. */
async function openInList(till: Till, number: string): Promise<Locator> {
  await till.button('place.day').click();
  await row(till, number).getByRole('button').click();
  return till.page.locator('#opened');
}

/** A sale whose capture was in doubt when it left the desk, and was refused then: the customer's word still stands. */
async function refusedAfterAll(till: Till, control: Control, typed: string, wallet: WalletPhone): Promise<SaleView & { opened: Locator }> {
  await till.reserve(typed, wallet);
  await control.fault({ call: CAPTURE, kind: 'fail', status: 500 });
  await till.button('pay.capture').click();
  await till.shows('unknown_capture');
  const sale = (await till.sale()) as SaleView;
  await till.button('pay.next_customer').click();
  await expect(till.state).toHaveCount(0);
  await control.noFaults();
  await control.fault({ call: CAPTURE, kind: 'fail', status: 400, error_code: '6260' });
  const opened = await openInList(till, sale.number);
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'authorised', { timeout: 15_000 });
  return { ...sale, opened };
}

/** A sale that is paid and has left the desk. */
async function paid(till: Till, typed: string, wallet: WalletPhone): Promise<SaleView> {
  await till.ask(typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  const { id } = (await till.sale()) as SaleView;
  await till.button('pay.next_customer').click();
  await expect(till.state).toHaveCount(0);
  return till.saleById(id);
}

/** It, as if nothing had been taken yet. */
function authorised(sale: SaleView): SaleView {
  return { ...sale, can: ['capture'], payment: sale.payment && { ...sale.payment, phase: 'authorised', captured_minor: 0 } };
}

/** It, as if nobody knew whether it was taken. */
function inDoubt(sale: SaleView): SaleView {
  return { ...sale, payment: sale.payment && { ...sale.payment, checking: 'capture' } };
}

/** Whoever asks waits; calling what comes back answers with the sale. */
async function heldBack(page: Page, path: string, sale: SaleView): Promise<() => void> {
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => { answer = resolve; });
  await page.route(path, async (route) => {
    await answered;
    await route.fulfill({ json: sale });
  });
  return () => answer();
}
