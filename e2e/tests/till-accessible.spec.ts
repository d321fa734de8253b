// axe, over every screen of the till and the customer's screen.
import { expectAccessible } from '../support/accessible.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('signing in', async ({ page }) => {
  await page.goto('/till');
  await expect(page.locator('.sign-in')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Kløver Oslo' }).click();
  await page.getByRole('button', { name: 'Till 1', exact: true }).click();
  await page.getByRole('button', { name: 'Kari', exact: true }).click();
  await expect(page.locator('#pin')).toBeVisible();
  await expectAccessible(page);
});

test('the customer\'s screen before anybody has signed in', async ({ page }) => {
  await page.goto('/till/customer');
  await expect(page.locator('.greeting')).toBeVisible();
  await expectAccessible(page);
});

test('a sale, until the customer has joined the club', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  const customersScreen = await page.context().newPage();
  await customersScreen.goto('/till/customer');
  const both = async (): Promise<void> => {
    await expectAccessible(page);
    await expectAccessible(customersScreen);
  };
  await both();
  await page.locator('#scan').fill('a');
  await expectAccessible(page);
  await page.locator('#scan').fill('');
  await till.ringUp(2);
  await page.getByRole('button', { name: till.text('sale.discount') }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('dialog').locator('#discount').fill('10');
  await page.getByRole('dialog').locator('#discount').press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await till.identify(customer.typed);
  await till.enrol();
  await wallet.waiting('consent');
  await expect(page.locator('.binding')).toBeVisible();
  await both();
  await wallet.tap('consent', 'approve');
  await till.membership('member');
  await expectAccessible(page);
});

test('a payment, from the request to the money given back', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  const customersScreen = await page.context().newPage();
  await customersScreen.goto('/till/customer');
  const both = async (): Promise<void> => {
    await expectAccessible(page);
    await expectAccessible(customersScreen);
  };
  await till.ask(customer.typed);
  await both();
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  await both();
  await till.button('refund.open').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
});

test('a payment that is refused, and a code on the customer\'s screen', async ({ page, stage, customer }) => {
  const till = await Till.open(page, stage, 'bergen');
  const customersScreen = await page.context().newPage();
  await customersScreen.goto('/till/customer');
  await till.ringUp();
  await till.identify(customer.typed);
  await till.pay();
  await till.shows('failed');
  await expectAccessible(page);
  await till.button('pay.offer_code').click();
  await till.shows('awaiting_scan');
  await expect(customersScreen.locator('.qr')).toBeVisible();
  await expectAccessible(page);
  await expectAccessible(customersScreen);
});

test('what is not known, and a connection that is lost', async ({ page, stage, control, customer }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await control.fault({ call: 'vipps.payment.read', kind: 'fail', status: 500 });
  await till.button('pay.check').click();
  await till.shows('unknown_customer');
  await expectAccessible(page);
  await stage.server.kill();
  await expect(page.getByText(till.text('net.away'))).toBeVisible();
  await expectAccessible(page);
});

test('the day and the members', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.button('place.day').click();
  await page.getByRole('row').getByRole('button').first().click();
  await expect(page.locator('#opened .state')).toBeVisible();
  await till.button('day.compare').click();
  await expect(page.locator('.day-total')).toContainText(till.text('day.same', { wallet: 'Vipps' }));
  await expectAccessible(page);
  await till.button('place.members').click();
  await expect(page.locator('#member-search')).toBeVisible();
  await expectAccessible(page);
});
