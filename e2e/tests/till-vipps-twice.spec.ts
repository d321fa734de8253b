// Two of something: two tills, two windows, two clicks, a page that is loaded again, a network that goes away.
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('two tills ask one customer at once, and each is paid its own', async ({ page, browser, stage, customer, wallet }) => {
  const other = await (await browser.newContext({ baseURL: stage.url })).newPage();
  const [one, two] = await Promise.all([Till.open(page, stage, 'oslo'), Till.open(other, stage, 'oslo')]);
  await Promise.all([one.ask(customer.typed, 1), two.ask(customer.typed, 2)]);
  await wallet.tap('payment', 'approve');
  await wallet.tap('payment', 'approve');
  await Promise.all([one.shows('paid'), two.shows('paid')]);
  await Promise.all([one.agrees(), two.agrees()]);
  expect((await one.payment()).captured_minor).not.toBe((await two.payment()).captured_minor);
  await other.context().close();
});

test('two windows of one till show the same sale, and whoever asks, it is asked once', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  const second = await page.context().newPage();
  await second.goto('/till');
  await till.ringUp();
  await till.identify(customer.typed);
  await expect(second.locator('#pay')).toBeEnabled();
  const before = await control.latest();
  // What the button of each window sends, in the same moment.
  const sale = await till.sale();
  const wish = { sale: sale?.id, amount_minor: sale?.total_minor, wallet: 'vipps' };
  const answers = await Promise.all([1, 2, 3].map(() => page.request.post('/api/till/sale/payment', { data: wish })));
  expect(answers.map((answer) => answer.status()).sort()).toEqual([200, 409, 409]);
  await till.shows('awaiting_customer');
  await expect(second.locator('#payment .state')).toHaveAttribute('data-state', 'awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await expect(second.locator('#payment .state')).toHaveAttribute('data-state', 'paid');
  await till.agrees();
  expect(await control.count('vipps.payment.create', before)).toBe(1);
});

test('an impatient cashier asks once and takes the money once', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await page.getByLabel(till.text('pay.by_hand')).check();
  const before = await control.latest();
  await page.locator('#pay').dblclick();
  await page.keyboard.press('F8');
  await page.keyboard.press('F8');
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('authorised');
  await till.button('pay.capture').dblclick();
  await till.shows('paid');
  await till.agrees();
  expect(await control.count('vipps.payment.create', before)).toBe(1);
  expect(await control.count('vipps.payment.capture', before)).toBe(1);
});

test('F8 twice asks once', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  const before = await control.latest();
  await page.keyboard.press('F8');
  await page.keyboard.press('F8');
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  expect(await control.count('vipps.payment.create', before)).toBe(1);
});

test('the page is loaded again at every step', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await page.reload();
  await expect(page.locator('.lines li')).toHaveCount(1);
  await till.identify(customer.typed);
  await till.pay();
  await till.shows('awaiting_customer');
  await page.reload();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await page.reload();
  await till.shows('paid');
  await till.agrees();
  await page.reload();
  await till.shows('paid');
  await till.agrees();
});

test('the page is closed while the customer pays, and opened again', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await page.goto('about:blank');
  await wallet.tap('payment', 'approve');
  await page.goto('/till');
  await till.shows('paid');
  await till.agrees();
});

test('the network goes away when the cashier asks: nothing is asked twice', async ({ page, stage, context, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  const before = await control.latest();
  await context.setOffline(true);
  await till.pay();
  await expect(page.getByText(till.text('net.no_answer'))).toBeVisible();
  await context.setOffline(false);
  await expect(page.locator('#pay')).toBeEnabled();
  expect(await control.count('vipps.payment.create', before)).toBe(0);
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  expect(await control.count('vipps.payment.create', before)).toBe(1);
});

test('the network goes away while the customer pays', async ({ page, stage, context, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await context.setOffline(true);
  await wallet.tap('payment', 'approve');
  await context.setOffline(false);
  await till.shows('paid');
  await till.agrees();
});
