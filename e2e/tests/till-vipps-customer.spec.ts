// Who the customer is: a number typed in any way, a code scanned whole, old, in part, too late, or one of something else.
import { norwegian, special, WalletPhone } from '../support/customers.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('a scan that names somebody begins a sale, and the goods come after it', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.scan(await wallet.personalQr());
  await expect(page.locator('.masked')).toHaveText(new RegExp(`${customer.typed.slice(-2)}$`));
  await till.ringUp();
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('a number may be typed with its country, with spaces, or not', async ({ page, stage, customer }) => {
  const till = await Till.open(page, stage, 'oslo');
  const { typed } = customer;
  const seen = new Set<string>();
  for (const written of [typed, `+47 ${typed}`, `0047${typed}`, `${typed.slice(0, 3)} ${typed.slice(3, 5)} ${typed.slice(5)}`]) {
    await till.identify(written);
    seen.add(await page.locator('.masked').innerText());
    await till.button('customer.forget').click();
    await expect(page.locator('#customer')).toBeVisible();
  }
  expect(seen.size).toBe(1);
});

for (const [typed, code] of [
  ['12', 'phone_too_short'], ['123456789012', 'phone_too_long'], ['Kari', 'phone_not_digits'],
] as const) {
  test(`"${typed}" is no number, and the cashier reads why`, async ({ page, stage }) => {
    const till = await Till.open(page, stage, 'oslo');
    await page.locator('#customer').fill(typed);
    await page.locator('#customer').press('Enter');
    await expect(page.getByText(till.text(`refusal.${code}`))).toBeVisible();
    expect((await till.sale())?.customer ?? null).toBeNull();
  });
}

test('a code that has expired is refused in words, and a fresh one is taken', async ({ page, stage, control, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  const old = await wallet.personalQr();
  await control.advanceClock(301);
  await till.scan(old);
  await expect(page.getByText(till.text('refusal.qr_expired'))).toBeVisible();
  await till.scan(await wallet.personalQr());
  await expect(page.locator('.masked')).toBeVisible();
});

for (const [what, text, code] of [
  ['of a payment', 'https://qr.vipps.no/e/0b7cba3f1d0b7cba3f1d', 'qr_foreign'],
  ['of somebody else', 'https://example.org/p/0b7cba3f1d', 'qr_foreign'],
  ['of a wireless network', 'https://evilvipps.no/p/0b7cba3f1d0b7cba3f1d', 'qr_foreign'],
  ['without its end', 'https://qr.vipps.no/p/0b7', 'qr_damaged'],
  ['without its beginning', '://qr.vipps.no/p/0b7cba3f1d0b7cba3f1d', 'qr_damaged'],
  ['that nobody has', 'https://qr.vipps.no/p/0b7cba3f1d0b7cba3f1d', 'qr_expired'],
  ['of goods that the branch does not sell', '4006381333931', 'unknown_barcode'],
] as const) {
  test(`a code ${what} is refused in words`, async ({ page, stage }) => {
    const till = await Till.open(page, stage, 'oslo');
    await till.scan(text);
    await expect(page.getByText(till.text(`refusal.${code}`))).toBeVisible();
    expect((await till.sale())?.customer ?? null).toBeNull();
  });
}

test('an old code in clear text is taken, and the cashier knows that it is old', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.scan(`https://qr.vipps.no/28/2/01/031/${customer.number}?v=1`);
  await expect(page.getByText(till.text('note.qr_old'))).toBeVisible();
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('where a code cannot be looked up now, it pays all the same', async ({ page, stage, control, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await control.fault({ call: 'vipps.qr.exchange', kind: 'fail', status: 503 });
  await till.scan(await wallet.personalQr());
  await expect(page.getByText(till.text('note.qr_not_exchanged'))).toBeVisible();
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('without a customer nothing is asked, and the cashier is led to the field', async ({ page, stage, control }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  const before = await control.latest();
  await till.pay();
  await expect(page.getByText(till.text('pay.needs_customer'))).toBeVisible();
  await expect(page.locator('#customer')).toBeFocused();
  expect(await control.count('vipps.payment.create', before)).toBe(0);
});

test('another customer can be named until somebody is asked', async ({ page, stage, customer, wallet }, testInfo) => {
  const till = await Till.open(page, stage, 'oslo');
  const wrong = norwegian(testInfo.workerIndex);
  await till.ringUp();
  await till.identify(wrong.typed);
  await till.button('customer.forget').click();
  await till.identify(customer.typed);
  await till.pay();
  await till.shows('awaiting_customer');
  await expect(till.button('customer.forget')).toBeDisabled();
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await new WalletPhone(stage.sandboxUrl, wrong).nothingWaits('payment');
  await till.agrees();
});

test('a customer who has no app, then another way to pay: the sale is still there', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(special(1).typed);
  await till.pay();
  await till.shows('failed');
  await till.button('customer.forget').click();
  await till.identify(customer.typed);
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});
