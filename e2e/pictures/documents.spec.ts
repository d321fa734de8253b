// The pictures in the documents.
import { fileURLToPath } from 'node:url';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

const picture = (name: string) => fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url));

test.use({ locale: 'en-GB' });

test('a basket on its way into the app', async ({ page, context, stage, person, phone }) => {
  await page.goto('/product/szalik-mgla?lang=en');
  await page.locator('inpost-izi-button').getByRole('button').click();
  await page.getByRole('textbox').fill(person.phone);
  await page.getByRole('dialog').getByRole('textbox').press('Enter');
  await phone.message();
  await expect(page.getByRole('dialog')).toContainText(person.masked);
  await page.screenshot({ path: picture('waiting'), animations: 'disabled' });

  const app = await context.newPage();
  await app.goto(`${stage.sandboxUrl}/phone/${person.number}`);
  await expect(app.getByText('InPost Pay').first()).toBeVisible();
  await app.screenshot({ path: picture('phone'), animations: 'disabled' });
});

test('a sale at the till, while the customer is asked and when it is paid', async ({ page, context, stage, customer, wallet }) => {
  await page.setViewportSize({ width: 1280, height: 760 });
  await Till.open(page, stage, 'oslo');
  const till = await new Till(page, stage, 'oslo', '1').in('en');
  for (const name of ['Lue Fjell', 'Votter Snø', 'Garn Kløver']) await page.locator('.goods-tiles .tile').filter({ hasText: name }).click();
  await expect.poll(async () => (await till.sale())?.total_minor).toBe(81_700);
  await till.identify(customer.typed);
  await till.pay();
  await wallet.waiting('payment');

  const app = await context.newPage();
  await app.setViewportSize({ width: 1120, height: 760 });
  await app.goto(`${stage.sandboxUrl}/phone/${customer.number}`);
  await expect(app.getByText('Vipps').first()).toBeVisible();
  await app.screenshot({ path: picture('asked'), animations: 'disabled' });

  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await page.screenshot({ path: picture('paid'), animations: 'disabled' });
});
