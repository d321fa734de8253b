// The club's members: searched for, and taken in and out as a file, all of it or nothing.
import type { Locator } from '@playwright/test';
import { mustNotBeLogged } from '../support/people.ts';
import { norwegian, type Customer } from '../support/customers.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

const HEADER = 'phone,given_name,family_name,email,birthdate,since,consents';

test('a file of members is taken in, found again, and known at the till', async ({ page, stage, customer, workerIndex }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  const other = norwegian(workerIndex);
  await open(till);
  await choose(till, [HEADER, line(customer, 'Solveig', 'Ullestad'), line(other, 'Åse', 'Garnes')]);
  await expect(said(till).getByText(till.text('members.imported', { added: '2', changed: '0', unchanged: '0' }))).toBeVisible();
  await page.locator('#member-search').fill('Ullestad');
  await expect(page.getByRole('row').filter({ hasText: 'Ullestad' })).toHaveCount(1);
  await expect(page.getByRole('row').filter({ hasText: 'Garnes' })).toHaveCount(0);
  await choose(till, [HEADER, line(customer, 'Solveig', 'Ullestad'), line(other, 'Åse', 'Trådset')]);
  await expect(said(till).getByText(till.text('members.imported', { added: '0', changed: '1', unchanged: '1' }))).toBeVisible();
  await till.button('place.sale').click();
  await till.identify(customer.typed);
  await till.membership('member');
  await expect(page.locator('.club.good')).toContainText('Solveig');
});

test('of a file with a bad row nothing is taken, and row and column are named', async ({ page, stage, customer, workerIndex }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await open(till);
  await choose(till, [HEADER, line(customer, 'Randi', 'Heltvik'), line(norwegian(workerIndex), 'Nils', 'Feilen').replace('2026-11-01', '2026-99-01')]);
  await expect(said(till)).toContainText(till.text('members.nothing_imported'));
  await expect(said(till)).toContainText(till.text('members.wrong_at', { row: '3', column: 'since' }));
  await page.locator('#member-search').fill('Heltvik');
  await expect(page.getByText(till.text('members.none'))).toBeVisible();
});

test('a file goes out and comes in again unchanged', async ({ page, stage, customer }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await open(till);
  await choose(till, [HEADER, line(customer, '=1+1', 'Regnesen')]);
  await expect(said(till).getByText(till.text('members.imported', { added: '1', changed: '0', unchanged: '0' }))).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: till.text('members.export') }).click();
  const file = await (await download).path();
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(said(till)).toContainText(till.text('members.imported', { added: '0', changed: '0' }).replace(/\{.*/, ''));
  // No spreadsheet calculates a name.
  const text = await (await page.request.get('/api/till/members.csv')).text();
  expect(text).toContain("'=1+1");
});

test('a cashier who is no manager neither sees the file nor gets it', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo');
  await open(till);
  await expect(page.getByText(till.text('members.exchange'))).toHaveCount(0);
  expect((await page.request.get('/api/till/members.csv')).status()).toBe(403);
  const answer = await page.request.post('/api/till/members.csv', { headers: { 'content-type': 'text/csv' }, data: `${HEADER}\n` });
  expect(answer.status()).toBe(403);
});

/** What came of an import. */
function said(till: Till): Locator {
  return till.page.locator('.exchange').getByRole('alert');
}

async function open(till: Till): Promise<void> {
  await till.button('place.members').click();
  await expect(till.page.locator('#member-search')).toBeVisible();
}

function line(customer: Customer, given: string, family: string): string {
  mustNotBeLogged({ what: "a member's name", text: family });
  return `+${customer.number},${given},${family},${given.replaceAll(/\W/g, 'x')}@eksempel.example,1980-02-29,2026-11-01T10:00:00Z,[]`;
}

async function choose(till: Till, lines: string[]): Promise<void> {
  const file = { name: 'members.csv', mimeType: 'text/csv', buffer: Buffer.from(`${lines.join('\n')}\n`) };
  await till.page.locator('input[type=file]').setInputFiles(file);
}
