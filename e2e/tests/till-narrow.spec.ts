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
  // Where the money is stands on top, and at the foot wherever one scrolls.
  const foot = page.locator('.foot');
  await expect(foot).toContainText(till.text('state.awaiting_customer.title'));
  await expect(till.state).toBeInViewport({ ratio: 1 });
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  await expect(foot).toContainText(till.text('state.paid.title'));
  await expect(foot.getByText(till.text('pay.next_customer'))).toBeVisible();
  await expect(foot.getByText(till.text('pay.go'), { exact: true })).toHaveCount(0);
  await fits();
  await expectAccessible(page);
  await till.button('place.day').click();
  await expect(page.locator('.day-total')).toBeVisible();
  await fits();
  // Each sale is a card, with its amount in sight.
  await fits('.table-frame');
  const sale = page.getByRole('row').filter({ has: page.getByRole('button') }).first();
  await expect(sale.getByRole('cell').last()).toBeInViewport({ ratio: 1 });
  await expectAccessible(page);
  await till.button('place.members').click();
  await expect(page.locator('#member-search')).toBeVisible();
  await fits();
  await page.goto('/till/customer');
  await expect(page.locator('[data-state=paid]')).toBeVisible();
  await fits();
  await fits('.screen-sale');
  const names = page.locator('.screen-lines .line-name');
  for (const { height } of await names.evaluateAll((all) => all.map((name) => name.getBoundingClientRect().toJSON()))) {
    expect(height, 'a name is not broken into letters').toBeLessThan(80);
  }
  await expectAccessible(page);

  async function fits(part = 'html'): Promise<void> {
    const over = await page.locator(part).evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(over, `nothing hangs out of ${part}`).toBeLessThanOrEqual(0);
  }
});

for (const branch of ['helsinki', 'reykjavik'] as const) {
  test(`the longest words fit: ${branch}`, async ({ page, stage }) => {
    const till = await Till.open(page, stage, branch);
    await till.ringUp(2);
    await expect(page.locator('.lines li')).toHaveCount(1);
    await fit();
    await page.locator('#scan').fill('qqq');
    await expect(page.getByText(till.text('goods.none'))).toBeVisible();
    await fit();
    await page.locator('#scan').fill('');
    await till.button('place.day').click();
    await expect(page.locator('.day-page')).toBeVisible();
    await fit();

    /** No button and no part of the page cuts its words off. */
    async function fit(): Promise<void> {
      const cut = await page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('button, label, h2, p, .card, .column')]
          .filter((element) => element.checkVisibility() && !element.closest('.unseen'))
          .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
          .map((element) => `${element.tagName} ${element.className}: ${element.textContent?.slice(0, 40)}`),
      );
      expect(cut).toEqual([]);
    }
  });
}
