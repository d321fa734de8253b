// Sales that are odd, and hands that are quick: more than there is, less than nothing, nothing at all, the same thing twice.
import type { Page } from '@playwright/test';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

/** A barcode of the demo's goods. */
const SWEATER = '2040000000011';

test('a discount is not more than there is, and a barcode is no discount', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  const { total_minor: price } = (await till.sale()) ?? { total_minor: 0 };
  await page.getByRole('button', { name: till.text('sale.discount') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: till.text('discount.amount'), exact: true }).check();
  await dialog.locator('#discount').focus();
  // The scanner is quicker than the cashier's eye.
  await scanHere(page, SWEATER);
  await expect(dialog.getByRole('alert')).not.toBeEmpty();
  await dialog.locator('#discount').fill(till.amount(price + 1));
  await dialog.locator('#discount').press('Enter');
  await expect(dialog.getByRole('alert')).not.toBeEmpty();
  expect((await till.sale())?.total_minor).toBe(price);
  await dialog.locator('#discount').fill(till.amount(price - 100));
  await dialog.locator('#discount').press('Enter');
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await till.sale())?.total_minor).toBe(100);
});

test('nothing to pay: the sale is finished by touch, and nobody is asked', async ({ page, stage, control }) => {
  const till = await Till.open(page, stage, 'oslo');
  const before = await control.latest();
  await till.ringUp();
  await page.getByRole('button', { name: till.text('sale.discount') }).click();
  await page.locator('#discount').fill('100');
  await page.locator('#discount').press('Enter');
  await expect.poll(async () => (await till.sale())?.total_minor).toBe(0);
  await expect(page.locator('#pay')).toHaveCount(0);
  await till.button('pay.next_customer').click();
  await expect(page.locator('.lines li')).toHaveCount(0);
  expect(await till.sale()).toBeNull();
  expect(await control.count('vipps.payment.create', before)).toBe(0);
});

test('more comes back than is bought: nobody is asked to pay, and the cashier reads what to do', async ({ page, stage, control }) => {
  const till = await Till.open(page, stage, 'oslo');
  const before = await control.latest();
  await page.getByLabel(till.text('goods.returning')).check();
  await till.ringUp(2);
  await page.getByLabel(till.text('goods.returning')).uncheck();
  await till.ringUp();
  const { total_minor: total } = (await till.sale()) ?? { total_minor: 0 };
  expect(total).toBeLessThan(0);
  await expect(page.locator('.total strong')).toContainText(`\u{2212}${till.amount(-total)}`);
  await expect(page.locator('#pay')).toHaveCount(0);
  await expect(page.getByText(till.text('pay.owed_back'))).toBeVisible();
  await page.keyboard.press('F8');
  expect(await control.count('vipps.payment.create', before)).toBe(0);
  await page.getByRole('button', { name: till.text('sale.discard') }).click();
  await expect(page.locator('.lines li')).toHaveCount(0);
});

test('what comes back is taken off what is bought, and the rest is paid', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp(3);
  await page.getByLabel(till.text('goods.returning')).check();
  await till.ringUp();
  await till.identify(customer.typed);
  await till.pay();
  await till.shows('awaiting_customer');
  expect((await wallet.waiting('payment')).amount).toMatchObject({ value: (await till.sale())?.total_minor });
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('no line has more than 999 pieces', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo');
  await page.locator('#scan').fill(`999*${SWEATER}`);
  await page.locator('#scan').press('Enter');
  await expect(page.locator('.lines output')).toHaveText('999');
  const total = (await till.sale())?.total_minor;
  await page.locator('.stepper button').last().click();
  await expect(page.getByText(till.text('refusal.too_much'))).toBeVisible();
  await till.scan(SWEATER);
  await expect(page.locator('.lines output')).toHaveText('999');
  expect((await till.sale())?.total_minor).toBe(total);
});

test('the same barcode three times in a breath is three pieces', async ({ page, stage }) => {
  await Till.open(page, stage, 'oslo');
  await page.locator('body').click({ position: { x: 2, y: 2 } });
  await Promise.all([1, 2, 3].flatMap(() => [...SWEATER, 'Enter']).map((key) => page.keyboard.press(key)));
  await expect(page.locator('.lines output')).toHaveText('3');
  await expect(page.locator('.lines li')).toHaveCount(1);
});

test('a scan behind an open dialog is rung up once, and leaves the dialog alone', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await page.getByRole('button', { name: till.text('sale.discount') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: till.text('discount.amount'), exact: true }).focus();
  await scanHere(page, SWEATER);
  await expect.poll(async () => pieces(page)).toBe(2);
  await expect(dialog).toBeVisible();
  await expect(dialog.locator('#discount')).toHaveValue('');
});

test('Enter, again and again, does each thing once', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  const before = await control.latest();
  await page.locator('#pay').focus();
  await again(page);
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.button('refund.open').click();
  await page.locator('#refund-amount').fill('10');
  await again(page);
  await till.shows('partly_refunded');
  await till.agrees();
  expect((await till.payment()).refunded_minor).toBe(1_000);
  expect(await control.count('vipps.payment.create', before)).toBe(1);
  expect(await control.count('vipps.payment.refund', before)).toBe(1);
  await till.button('pay.next_customer').focus();
  await again(page);
  await expect(till.state).toHaveCount(0);
  expect(await till.sale()).toBeNull();
});

test('numbers on receipts are given once, over a death of the server too', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo');
  const numbers: string[] = [];
  for (let sale = 0; sale < 4; sale += 1) {
    await till.ringUp();
    numbers.push((await till.sale())?.number ?? '');
    await page.getByRole('button', { name: till.text('sale.discard') }).click();
    await expect(page.locator('.lines li')).toHaveCount(0);
    if (sale === 1) {
      await stage.server.kill();
      await stage.server.start();
      await page.reload();
      await expect(page.locator('#scan')).toBeVisible();
    }
  }
  expect(numbers).toEqual([1, 2, 3, 4].map((count) => `${till.id}-${String(count).padStart(6, '0')}`));
  const twice = stage.database.rows('select branch, number, count(*) as times from sale_row group by branch, number having count(*) > 1');
  expect(twice).toEqual([]);
});

/** Types as a scanner does, into whatever has the focus. */
async function scanHere(page: Page, text: string): Promise<void> {
  await Promise.all([...text, 'Enter'].map((key) => page.keyboard.press(key)));
}

/** A key that is held, or a hand that is not sure. */
async function again(page: Page): Promise<void> {
  await Promise.all(Array.from({ length: 5 }, () => page.keyboard.press('Enter')));
}

/** Pieces in the sale. */
async function pieces(page: Page): Promise<number> {
  const shown = await page.locator('.lines output').allInnerTexts();
  return shown.reduce((sum, text) => sum + Number(text), 0);
}
