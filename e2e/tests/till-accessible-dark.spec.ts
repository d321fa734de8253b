// axe on a dark till, over the states in which the cashier has something to do, and on a page at twice its size.
import { expectAccessible } from '../support/accessible.ts';
import { customerOf, norwegian, special, WalletPhone } from '../support/customers.ts';
import { expect, test } from '../support/netgiro.ts';
import { Till } from '../support/till.ts';

test.use({ colorScheme: 'dark' });

test('what is looked for, who is unknown, and what is refused', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo');
  await page.locator('#scan').fill('a');
  await expect(page.locator('.found.open')).toBeVisible();
  await expectAccessible(page);
  await page.locator('#scan').fill('qqqq');
  await expect(page.getByText(till.text('goods.none'))).toBeVisible();
  await expectAccessible(page);
  await page.locator('#scan').fill('');
  await page.getByLabel(till.text('goods.returning')).check();
  await till.ringUp();
  await expectAccessible(page);
  await page.getByLabel(till.text('goods.returning')).uncheck();
  await expect(page.locator('#scan')).toBeFocused();
  await till.ringUp(2);
  await till.identify(special(1).typed);
  await till.enrol();
  await expect(page.locator('.club.bad')).toBeVisible();
  await till.pay();
  await till.shows('failed');
  await expectAccessible(page);
});

test('money that waits for the cashier, in whole and in part', async ({ page, stage, control }, testInfo) => {
  const customer = norwegian(testInfo.workerIndex);
  const wallet = new WalletPhone(stage.sandboxUrl, customer);
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const customersScreen = await page.context().newPage();
  await customersScreen.emulateMedia({ colorScheme: 'dark' });
  await customersScreen.goto('/till/customer');
  await till.ringUp(2);
  await till.identify(customer.typed);
  await page.getByLabel(till.text('pay.by_hand')).check();
  await till.pay();
  await till.shows('awaiting_customer');
  // The button that was pressed is gone; the keyboard is where the money is.
  await expect(page.locator('#payment')).toBeFocused();
  await expectAccessible(customersScreen);
  await wallet.tap('payment', 'approve');
  await till.shows('authorised');
  // The customer has answered: no time runs out any more.
  await expect(till.state).not.toContainText(till.text('pay.time_left'));
  await page.getByLabel(till.text('pay.capture_part')).check();
  await expect(page.locator('#capture')).toBeFocused();
  // A part or the whole: one of them is asked for.
  await expect(till.button('pay.capture')).toHaveCount(0);
  await page.locator('#capture').fill('abc');
  await page.keyboard.press('Enter');
  await expect(page.locator('#capture-wrong')).not.toBeEmpty();
  await expectAccessible(page);
  await control.fault({ call: 'vipps.payment.capture', kind: 'fail', status: 400, error_code: '6280', times: 1 });
  await page.locator('#capture').fill('20');
  await page.keyboard.press('Enter');
  await till.shows('partly_paid');
  await expectAccessible(page);
  await expectAccessible(customersScreen);
  await till.button('place.day').click();
  await expect(page.getByRole('cell', { name: till.text('state.partly_paid.title') }).first()).toBeVisible();
  await expectAccessible(page);
  await till.button('place.members').click();
  await page.locator('#member-search').fill('qqqq');
  await expect(page.getByText(till.text('members.none'))).toBeVisible();
  await expectAccessible(page);
});

test('a code from a text message, and a wrong one', async ({ counter, page }) => {
  const at = await counter('kennitala');
  await at.ask('manual');
  await at.till.shows('awaiting_code');
  await expect(page.locator('#code')).toBeFocused();
  await expectAccessible(page);
  await at.type(await at.wrongCode());
  await expect(at.till.state).toContainText(at.till.text('pay.wrong_codes', { count: '1' }));
  await expectAccessible(page);
});

test('at twice its size nothing is cut off, and the money stays in sight', async ({ page, stage }, testInfo) => {
  // What a browser makes of a window of 1280 by 800 at 200 %.
  await page.setViewportSize({ width: 640, height: 400 });
  const till = await Till.open(page, stage, 'copenhagen');
  await till.ringUp(3);
  await till.identify(customerOf('copenhagen', testInfo.workerIndex).typed);
  await expect(page.locator('.foot')).toContainText(till.text('pay.go'));
  for (const width of [640, 320]) {
    await page.setViewportSize({ width, height: 400 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over, `nothing hangs out at ${width}`).toBeLessThanOrEqual(0);
  }
});
