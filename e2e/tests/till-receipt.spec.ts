// The receipt on paper: it alone, all of it, black on white, as wide as the roll.
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

/** CSS pixels in a millimetre. */
const MM = 96 / 25.4;

for (const colorScheme of ['light', 'dark'] as const) {
  test(`on paper there is the receipt and nothing else, black on white, on a ${colorScheme} till`, async ({ page, stage, customer, wallet }) => {
    await page.emulateMedia({ colorScheme });
    const till = await Till.open(page, stage, 'oslo');
    await till.ask(customer.typed, 2);
    await wallet.tap('payment', 'approve');
    await till.shows('paid');
    const receipt = page.getByRole('article', { name: till.text('receipt.title') });
    const sale = await till.sale();
    await page.emulateMedia({ media: 'print', colorScheme });
    await expect(receipt).toBeVisible();
    expect(normal(await page.locator('body').innerText())).toBe(normal(await receipt.innerText()));
    for (const text of [sale?.number ?? '?', till.amount(sale?.total_minor ?? NaN), 'Kløver Oslo AS', till.text('receipt.thanks')]) {
      await expect(receipt).toContainText(text);
    }
    const box = await receipt.boundingBox();
    expect(box?.x).toBe(0);
    expect(box?.y).toBe(0);
    expect(box?.width).toBeLessThanOrEqual(72 * MM + 1);
    expect(await receipt.evaluate((element) => element.scrollWidth - element.clientWidth), 'nothing is cut off').toBe(0);
    const colours = await receipt.evaluate((element) =>
      [element, ...element.querySelectorAll('*')].map((each) => {
        const { color, backgroundColor } = getComputedStyle(each);
        return `${color} on ${backgroundColor}`;
      }),
    );
    const ink = /^rgb\(0, 0, 0\) on (rgb\(255, 255, 255\)|rgba\(0, 0, 0, 0\))$/;
    expect(colours.filter((colour) => !ink.test(colour))).toEqual([]);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
    // No empty paper behind it: 2 goods fit on one page of any size.
    const paper = (await page.pdf({ preferCSSPageSize: false, format: 'A5' })).toString('latin1');
    expect(paper.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  });
}

test('a sale of the day is printed alone too', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  const number = (await till.sale())?.number ?? '?';
  await till.button('place.day').click();
  await page.getByRole('button', { name: number, exact: true }).click();
  const receipt = page.locator('#opened .receipt');
  await expect(receipt).toContainText(number);
  await page.emulateMedia({ media: 'print' });
  expect(normal(await page.locator('body').innerText())).toBe(normal(await receipt.innerText()));
});

function normal(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
