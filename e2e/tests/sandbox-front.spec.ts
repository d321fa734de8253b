// The sandbox's front page and the page of its faults, for who has nothing but the program.
import { expectAccessible } from '../support/accessible.ts';
import { tabTo } from '../support/keyboard.ts';
import { expect, test } from '../support/test.ts';

test('the front page has every wallet\u2019s addresses and keys, copies them, and leads to its customers', async ({ context, page, stage }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stage.sandboxUrl });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(stage.sandboxUrl);
    for (const wallet of ['InPost Pay', 'Vipps MobilePay', 'Netgíró']) await expect(page.getByRole('region', { name: wallet, exact: true })).toBeVisible();
    await expectAccessible(page);
  }
  const vipps = page.getByRole('region', { name: 'Vipps MobilePay', exact: true });
  await expect(vipps).toContainText(`${stage.sandboxUrl}/vipps`);
  await vipps.getByRole('button', { name: /^Copy: client_secret,/ }).click();
  await expect(page.getByRole('status')).toContainText('was copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('karfa-demo-secret');

  for (const folded of await page.getByText('Customers, and what happens to them').all()) await folded.click();
  await vipps.getByText('Amounts in minor units').click();
  await expect(vipps).toContainText('insufficient-funds');
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'nothing sticks out').toBe(true);
  await page.getByRole('link', { name: '8220002' }).click();
  await expect(page).toHaveURL(`${stage.sandboxUrl}/phone/8220002`);
});

test('a fault is asked for by keyboard alone, with the words of the call\u2019s own wallet', async ({ page, stage }) => {
  await page.goto(stage.sandboxUrl);
  await tabTo(page.getByRole('link', { name: /Faults and clock/ }));
  await page.keyboard.press('Enter');
  const call = page.getByRole('combobox', { name: /^Call/ });
  await call.selectOption('netgiro.check_cart');
  await page.getByRole('combobox', { name: /^What goes wrong/ }).selectOption('fail');
  await expect(page.getByRole('textbox', { name: /^Error code/ })).toHaveValue('500');
  await call.selectOption('vipps.payment.capture');
  const code = page.getByRole('textbox', { name: /^Error code/ });
  await expect(code).toHaveValue('3010');
  await expect(page.getByRole('option', { name: 'replay' }), 'nothing is signed here').toBeDisabled();
  await tabTo(code);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('6280');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toHaveText('The fault waits for its call.');
  await expect(page.getByRole('list', { name: 'Faults that wait' })).toContainText('vipps.payment.capture: fail 500 6280');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Take away' }).click();
  await expect(page.getByRole('button', { name: 'Take away' })).toHaveCount(0);
});
