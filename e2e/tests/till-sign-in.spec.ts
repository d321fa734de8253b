// Signing in: who is at which till. Nothing is told to anybody else.
import { BRANCHES, Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('a cashier signs in, sells and is paid by keys alone', async ({ page, stage, customer, wallet }) => {
  const till = new Till(page, stage, 'oslo', stage.freshTill());
  await page.goto('/till');
  await press('Kløver Oslo');
  await press(`Till ${till.id.slice(1)}`);
  await press('Kari');
  await expect(page.locator('#pin')).toBeFocused();
  await page.keyboard.type('1234');
  await page.keyboard.press('Enter');
  await expect(page.locator('#scan')).toBeVisible();
  await page.keyboard.press('F2');
  await expect(page.locator('#scan')).toBeFocused();
  await page.keyboard.type('Votter');
  await expect(page.locator('#found').getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.locator('.lines li')).toHaveCount(1);
  await page.keyboard.press('F4');
  await expect(page.locator('#customer')).toBeFocused();
  await page.keyboard.type(customer.typed);
  await page.keyboard.press('Enter');
  await expect(page.locator('.masked')).toBeVisible();
  await page.keyboard.press('F8');
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  await page.keyboard.press('F9');
  await expect(till.state).toHaveCount(0);
  expect(await till.sale()).toBeNull();

  async function press(name: string): Promise<void> {
    const button = page.getByRole('button', { name, exact: true });
    await expect(button).toBeVisible();
    for (let tabs = 0; tabs < 260; tabs += 1) {
      if (await button.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await expect(button).toBeFocused();
    await page.keyboard.press('Enter');
  }
});

test("another cashier's PIN opens nothing, and six wrong ones lock", async ({ page, stage }) => {
  const till = new Till(page, stage, 'copenhagen', stage.freshTill());
  const tries: number[] = [];
  for (let count = 0; count < 7; count += 1) {
    // The manager's own.
    tries.push((await till.tryPin('lars', '9999')).status());
  }
  expect(tries.slice(0, 3)).toEqual([401, 401, 401]);
  expect(tries.at(-1)).toBe(429);
  // The right one has to wait too.
  expect((await till.tryPin('lars', '1234')).status()).toBe(429);
  await page.goto('/till');
  await page.getByRole('button', { name: 'Kløver København' }).click();
  await page.getByRole('button', { name: `Till ${till.id.slice(1)}`, exact: true }).click();
  await page.getByRole('button', { name: 'Lars', exact: true }).click();
  await page.locator('#pin').fill('1234');
  await page.locator('#pin').press('Enter');
  const alert = page.locator('form.pin').getByRole('alert');
  await expect(alert).toContainText(/\d+/);
  // The seconds run down for the eye; they are read aloud once.
  const said = await alert.textContent();
  const seen = await page.locator('form.pin .problem').textContent();
  await expect(page.locator('form.pin .problem')).not.toHaveText(seen ?? '');
  expect(await alert.textContent()).toBe(said);
  // The one beside is not locked.
  expect((await till.tryPin('mette', '1234')).status()).toBe(200);
});

test('a wrong PIN is told, and the field is ready for the right one', async ({ page, stage }) => {
  const till = new Till(page, stage, 'helsinki', stage.freshTill());
  await page.goto('/till');
  await page.getByRole('button', { name: 'Kløver Helsinki' }).click();
  await page.getByRole('button', { name: `Till ${till.id.slice(1)}`, exact: true }).click();
  await page.getByRole('button', { name: 'Eero', exact: true }).click();
  for (const digit of '4321') await page.getByRole('button', { name: digit, exact: true }).click();
  await page.locator('#pin').press('Enter');
  await expect(page.locator('form.pin').getByRole('alert')).not.toBeEmpty();
  await expect(page.locator('#pin')).toHaveValue('');
  await expect(page.locator('#pin')).toBeFocused();
  await page.keyboard.type('1234');
  await page.keyboard.press('Enter');
  await expect(page.locator('#scan')).toBeVisible();
});

test('who is not signed in is told nothing', async ({ page, stage }) => {
  for (const path of ['goods', 'desk', 'live?after=0', 'day', 'members?q=', 'members.csv', 'sales/01a2059c-c93c-7183-ad20-e8bfa3010982']) {
    expect((await page.request.get(`/api/till/${path}`)).status(), path).toBe(401);
  }
  for (const path of ['sale/lines', 'sale/scan', 'sale/payment', 'sale/payment/capture', 'sale/payment/cancel', 'sale/finish', 'day/compare']) {
    expect((await page.request.post(`/api/till/${path}`, { data: {} })).status(), path).toBe(401);
  }
  await page.goto('/till/customer');
  await expect(page.locator('#scan')).toHaveCount(0);
  expect(Object.keys(BRANCHES)).toContain((await (await page.request.get('/api/till/session')).json() as { branches: Array<{ id: string }> }).branches[0]?.id);
});

test('who signs out leaves a page that shows nothing, in every window', async ({ page, stage, customer }) => {
  const till = await Till.open(page, stage, 'oslo');
  const customersScreen = await page.context().newPage();
  await customersScreen.goto('/till/customer');
  await till.ringUp();
  await till.identify(customer.typed);
  await till.button('sign_in.out').click();
  await expect(page.locator('.sign-in')).toBeVisible();
  await expect(page.locator('.masked')).toHaveCount(0);
  expect((await page.request.get('/api/till/desk')).status()).toBe(401);
  await customersScreen.reload();
  await expect(customersScreen.getByText(till.text('screen.closed'))).toBeVisible();
});

test("the customer's screen closes and opens with the till", async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo');
  const screen = await page.context().newPage();
  await screen.goto('/till/customer');
  await expect(screen.locator('#scan')).toBeVisible();
  await till.button('sign_in.out').click();
  await expect(screen.getByText(till.text('screen.closed'))).toBeVisible();
  await till.signIn(false);
  await expect(screen.locator('#scan')).toBeVisible();
});

test('a page that slept while somebody else signed in shows whose till it is now', async ({ page, stage }) => {
  await Till.open(page, stage, 'oslo');
  await page.route('**/api/till/**', (route) => route.abort());
  await page.request.delete('/api/till/session');
  await new Till(page, stage, 'oslo', stage.freshTill()).signIn(true);
  const { seat } = (await (await page.request.get('/api/till/session')).json()) as { seat: { till: { name: string }; cashier: { name: string } } };
  await page.unroute('**/api/till/**');
  const bar = page.locator('.bar');
  await expect(bar).toContainText(seat.till.name);
  await expect(bar).toContainText(seat.cashier.name);
});
