// The till on the narrowest phone: everything can be reached, and nothing hangs out of the window.
import type { Page } from '@playwright/test';
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

test('the head takes two rows, and what is pressed at the foot has room for its word', async ({ page, stage, customer }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  for (const language of ['fi', 'is', 'da', 'en', 'nb']) {
    const there = await till.in(language);
    const head = await page.locator('header.bar').boundingBox();
    expect(head?.height, `the head in ${language}`).toBeLessThanOrEqual(2 * 44 + 20);
    for (const button of await page.locator('.bar :is(button, select, a)').all()) {
      const { width = 0, height = 0 } = (await button.boundingBox()) ?? {};
      expect(Math.min(width, height), 'a finger hits it').toBeGreaterThanOrEqual(44);
    }
    await expect(there.button('sign_in.out')).toBeVisible();
  }
  await till.ringUp();
  await till.identify(customer.typed);
  await till.pay();
  await till.shows('awaiting_customer');
  const step = page.locator('.foot').getByText(till.text('pay.look'), { exact: true });
  expect(await step.evaluate(roomOf)).toBeGreaterThanOrEqual(8);

  /** Between a word and the edge of its button. */
  function roomOf(button: Element): number {
    const word = document.createRange();
    word.selectNodeContents(button);
    return word.getBoundingClientRect().left - button.getBoundingClientRect().left;
  }
});

// 320: what remains of a desk's window at four times the size (WCAG 1.4.10).
for (const width of [320, 414, 1280]) {
  test(`all of a large amount is seen, in a window of ${width}`, async ({ page, stage, customer, wallet }) => {
    const till = await (await Till.open(page, stage, 'oslo')).in('en');
    await page.locator('#scan').fill('99*genser');
    await page.locator('#scan').press('Enter');
    await expect.poll(async () => (await till.sale())?.total_minor).toBeGreaterThan(10_000_000);
    await till.identify(customer.typed);
    await page.setViewportSize({ width, height: 800 });
    expect(await hangingOut(page, 'main')).toEqual([]);
    const screen = await page.context().newPage();
    await screen.setViewportSize({ width, height: 800 });
    await screen.goto('/till/customer');
    await expect(screen.locator('.screen-lines li')).toHaveCount(1);
    await staysInside();
    await till.pay();
    await till.shows('awaiting_customer');
    await expect(screen.locator('[data-state=awaiting_customer]')).toBeVisible();
    await staysInside();
    expect(await hangingOut(page, 'main')).toEqual([]);
    await wallet.tap('payment', 'approve');
    await till.shows('paid');
    await staysInside();
    expect(await hangingOut(page, 'main')).toEqual([]);
    await till.button('place.day').click();
    await page.locator('.day-sales .link').first().click();
    await expect(page.locator('#opened .receipt')).toBeVisible();
    expect(await hangingOut(page, '.day-page > .column:first-child')).toEqual([]);
    expect(await hangingOut(page, '#opened')).toEqual([]);
    await till.button('place.sale').click();
    if (width > 960) return;
    const amount = await page.locator('.foot strong').boundingBox();
    const step = await page.locator('.foot button').boundingBox();
    expect((amount?.x ?? 0) + (amount?.width ?? 0), 'at the foot too').toBeLessThanOrEqual(step?.x ?? 0);

    async function staysInside(): Promise<void> {
      expect(await hangingOut(screen, '.screen-sale')).toEqual([]);
      expect(await hangingOut(screen, '.screen-side')).toEqual([]);
    }
  });
}

test('members, and a file that is refused', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await till.ringUp();
  await till.identify(customer.typed);
  await till.enrol();
  await wallet.tap('consent', 'approve');
  await till.membership('member');
  await till.button('place.members').click();
  const row = page.getByRole('table').getByRole('row').last();
  await expect(row.getByRole('cell')).toHaveCount(3);
  for (const cell of await row.getByRole('cell').all()) await expect(cell).toBeInViewport({ ratio: 1 });
  const file = { name: 'members.csv', mimeType: 'text/csv', buffer: Buffer.from('number;name\n1;2\n') };
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(page.locator('.verdict.bad')).toBeVisible();
  expect(await hangingOut(page, '.members-page')).toEqual([]);
  await expectAccessible(page);
});

/** What reaches out of a part of the page to its sides, or out of a smaller part in it. */
function hangingOut(page: Page, part: string): Promise<string[]> {
  return page.locator(part).evaluate((whole) => {
    const inside = (box: Element): Element[] =>
      [...box.querySelectorAll('*')].filter((element) => element.checkVisibility() && !element.closest('.unseen, .screen-scan, dialog, svg'));
    const words = (element: Element) => {
      const range = document.createRange();
      // Of an element with others in it, the others tell.
      if (element.childElementCount === 0) range.selectNodeContents(element);
      return range.getBoundingClientRect();
    };
    const parts = [whole, ...inside(whole).filter((element) => element.matches('.card, .tile, .receipt, .pay-button'))];
    return parts.flatMap((box) => {
      const { left, right } = box.getBoundingClientRect();
      return inside(box)
        .filter((element) =>
          [element.getBoundingClientRect(), words(element)].some((seen) => seen.width > 0 && (seen.right > right + 1 || seen.left < left - 1)),
        )
        .map((element) => `${box.className} > ${element.tagName} ${element.className}: ${element.textContent?.slice(0, 40)}`);
    });
  });
}

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
        [document.documentElement, ...document.querySelectorAll('button, .button, label, h2, p, .card, .column')]
          .filter((element) => element.checkVisibility() && !element.closest('.unseen'))
          .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
          .map((element) => `${element.tagName} ${element.className}: ${element.textContent?.slice(0, 40)}`),
      );
      expect(cut).toEqual([]);
    }
  });
}
