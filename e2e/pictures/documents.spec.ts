// The pictures in the documents.
import { fileURLToPath } from 'node:url';
import { expect, test } from '../support/test.ts';

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
