// The page that does with forms what the dialog does with scripts, in a browser without any.
import { expectAccessible } from '../support/accessible.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { SPECIAL } from '../support/people.ts';

test.use({ javaScriptEnabled: false });

/** Without a script a page that waits can only load itself anew; there is nothing to type on it that could be lost. */
const LOOKS_AGAIN = ['meta-refresh'];
const PAGE = `/plain?product=${GOODS.soap.id}&lang=pl`;

test('a shopper links, orders on the phone, and is led to the thanks', async ({ page, person, phone }) => {
  await page.goto(PAGE);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Połącz koszyk z aplikacją');
  await page.getByLabel('Numer telefonu').fill(person.phone);
  await page.getByRole('button', { name: 'Połącz' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Potwierdź w aplikacji');
  expect(page.url()).not.toContain(person.phone);
  await phone.approve();
  // The page looks again by itself.
  await expect(page.getByText(person.masked)).toBeVisible({ timeout: 15_000 });
  await phone.order(await phone.basket(), { payment_type: 'CASH_ON_DELIVERY' });
  await phone.placedOrder();
  await page.reload();
  await expect(page).toHaveURL(/\/thank-you\?order=/);
});

test('a number that cannot be one comes back, and a rejected request can be sent anew', async ({ page, person, phone }) => {
  await page.goto(PAGE);
  await page.getByLabel('Numer telefonu').fill('12');
  await page.getByRole('button', { name: 'Połącz' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Numer telefonu')).toHaveValue('12');
  await page.getByLabel('Numer telefonu').fill(person.phone);
  await page.getByRole('button', { name: 'Połącz' }).click();
  await phone.reject();
  await expect(page.getByRole('alert')).toContainText('Odrzucono w aplikacji', { timeout: 15_000 });
  await page.getByLabel('Numer telefonu').fill(SPECIAL.cannotBeLinkedByPhone.phone);
  await page.getByRole('button', { name: 'Połącz' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
});

test('a shopper stops waiting, links after all, and unlinks', async ({ page, person, phone }) => {
  await page.goto(PAGE);
  await page.getByLabel('Numer telefonu').fill(person.phone);
  await page.getByRole('button', { name: 'Połącz' }).click();
  await page.getByRole('button', { name: 'Anuluj' }).click();
  await expect(page.getByRole('alert')).toContainText('Anulowano');
  await phone.nothingWaits();
  await page.getByLabel('Numer telefonu').fill(person.phone);
  await page.getByRole('button', { name: 'Połącz' }).click();
  await phone.approve();
  await expect(page.getByText(person.masked)).toBeVisible({ timeout: 15_000 });
  await page.getByRole('link', { name: 'Połącz te zakupy z innym kontem' }).click();
  await page.getByRole('button', { name: 'Połącz z innym numerem telefonu' }).click();
  await expect(page.getByLabel('Numer telefonu')).toBeVisible();
  await phone.noBasket();
});

test('the button of a page without scripts is a link to it', async ({ page }) => {
  await page.goto(`/product/${GOODS.soap.id}`);
  await page.getByRole('link', { name: 'InPost Pay' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Połącz koszyk z aplikacją');
});

test.describe('looked at with a script', () => {
  test.use({ javaScriptEnabled: true });

  test('each of its pages is accessible', async ({ page, person, phone }) => {
    await page.goto(PAGE);
    await expectAccessible(page);
    await page.getByLabel('Numer telefonu').fill(person.phone);
    await page.getByRole('button', { name: 'Połącz' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Potwierdź w aplikacji');
    await expectAccessible(page, LOOKS_AGAIN);
    await phone.approve();
    await expect(page.getByText(person.masked)).toBeVisible({ timeout: 15_000 });
    await expectAccessible(page, LOOKS_AGAIN);
  });
});
