// The till on the narrowest phone: everything can be reached, and nothing hangs out of the window.
import { expectAccessible } from '../support/accessible.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('a sale on a phone, from the first line to the receipt', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await fits();
  await till.ringUp(2);
  await till.identify(customer.typed);
  await till.pay();
  await till.shows('awaiting_customer');
  await fits();
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  await fits();
  await expectAccessible(page);
  await till.button('place.day').click();
  await expect(page.locator('.day-total')).toBeVisible();
  await fits();
  await till.button('place.members').click();
  await expect(page.locator('#member-search')).toBeVisible();
  await fits();
  await page.goto('/till/customer');
  await expect(page.locator('[data-state=paid]')).toBeVisible();
  await fits();
  await expectAccessible(page);

  async function fits(): Promise<void> {
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    expect(content, 'nothing hangs out').toBeLessThanOrEqual(window ?? 0);
  }
});
