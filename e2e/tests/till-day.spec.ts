// The end of the day: every sale again, what each wallet took, and whether its provider says the same.
import type { Locator } from '@playwright/test';
import { norwegian, WalletPhone } from '../support/customers.ts';
import type { Stage } from '../support/stage.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';
import { until } from '../support/until.ts';

test("the day's list has every sale, and its totals are the provider's", async ({ page, stage, workerIndex }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await paid(till, stage, workerIndex, 1);
  await paid(till, stage, workerIndex, 2, '12,50');
  const { totals: [total] } = await day(till);
  await open(till);
  await till.button('day.compare').click();
  const card = page.locator('.day-total');
  await expect(card).toContainText(till.text('day.same', { wallet: 'Vipps' }));
  const net = (total?.captured_minor ?? 0) - (total?.refunded_minor ?? 0);
  await expect(card.locator('.day-net')).toContainText(till.amount(net));
});

test('money is given back from the list, whole and in part, and the totals follow', async ({ page, stage, workerIndex }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const number = await paid(till, stage, workerIndex, 1);
  await open(till);
  await row(till, number).getByRole('button').click();
  const opened = page.locator('#opened');
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'paid');
  await till.refund('100');
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'partly_refunded');
  await till.refund();
  await expect(opened.locator('.state')).toHaveAttribute('data-state', 'refunded');
  const sale = await until('the list to follow', async () => {
    const listed = (await day(till)).sales.find((one) => one.number === number);
    return listed?.refunded_minor === listed?.captured_minor && listed;
  });
  const { payment } = await till.saleById(sale?.id ?? '');
  expect(await till.moneyAtProvider(payment?.reference ?? '')).toEqual([sale?.captured_minor, sale?.refunded_minor]);
  await till.button('day.compare').click();
  await expect(page.locator('.day-total')).toContainText(till.text('day.same', { wallet: 'Vipps' }));
});

test('what cannot be compared is not called the same', async ({ page, stage, control, workerIndex }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await paid(till, stage, workerIndex, 1);
  await open(till);
  await control.fault({ call: 'vipps.payment.read', kind: 'fail', status: 503 });
  await till.button('day.compare').click();
  await expect(page.locator('.day-total .unknown')).toBeVisible();
  await expect(page.locator('.day-total .good')).toHaveCount(0);
});

test('the receipt is on the screen, of a sale long gone from the desk', async ({ page, stage, workerIndex }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const number = await paid(till, stage, workerIndex, 2);
  await open(till);
  await row(till, number).getByRole('button').click();
  const receipt = page.locator('#opened .receipt');
  await expect(receipt).toContainText('Kløver Oslo AS');
  await expect(receipt).toContainText(number);
  const sale = (await day(till)).sales.find((one) => one.number === number);
  await expect(receipt).toContainText(till.amount(sale?.total_minor ?? 0));
});

/** A sale that is paid and has left the desk; its number. */
async function paid(till: Till, stage: Stage, workerIndex: number, pieces: number, back?: string): Promise<string> {
  const customer = norwegian(workerIndex);
  await till.ask(customer.typed, pieces);
  const { number } = (await till.sale()) ?? { number: '' };
  await new WalletPhone(stage.sandboxUrl, customer).tap('payment', 'approve');
  await till.shows('paid');
  if (back) {
    await till.refund(back);
    await till.shows('partly_refunded');
  }
  await till.agrees();
  await till.button('pay.next_customer').click();
  await expect(till.state).toHaveCount(0);
  return number;
}

async function open(till: Till): Promise<void> {
  await till.button('place.day').click();
  await expect(till.page.locator('.day-total')).toBeVisible();
}

function row(till: Till, number: string): Locator {
  return till.page.getByRole('row').filter({ has: till.page.getByRole('button', { name: number, exact: true }) });
}

interface Day {
  sales: Array<{ id: string; number: string; total_minor: number; captured_minor: number; refunded_minor: number }>;
  totals: Array<{ captured_minor: number; refunded_minor: number }>;
}

async function day(till: Till): Promise<Day> {
  return (await (await till.page.request.get('/api/till/day')).json()) as Day;
}
