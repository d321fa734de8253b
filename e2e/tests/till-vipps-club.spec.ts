// The customer club: members are known by a scan, strangers join on their phones, and no sale waits for anybody.
import { special, type WalletPhone } from '../support/customers.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('a stranger joins while the goods are rung up, pays, and is a member at the next visit', async ({ page, stage, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  const customersScreen = await page.context().newPage();
  await customersScreen.goto('/till/customer');
  await till.scan(await wallet.personalQr());
  await expect(page.getByText(till.text('club.not_member', { club: 'Kløver' }))).toBeVisible();
  await till.enrol();
  const { binding_message: onPhone = '' } = await wallet.waiting('consent');
  expect(onPhone).toMatch(/^[A-Z0-9-]{5,8}$/);
  await expect(page.locator('.binding')).toHaveText(onPhone);
  await expect(customersScreen.locator('.binding')).toHaveText(onPhone);
  // The sale goes on meanwhile.
  await till.ringUp(2);
  await wallet.tap('consent', 'approve', { consents: [{ id: 'membership', accepted: true }, { id: 'email', accepted: true }, { id: 'sms', accepted: false }] });
  await till.membership('member');
  await expect(page.locator('.club.good')).toBeVisible();
  await expect(customersScreen.locator('.club.good')).toBeVisible();
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  await expect.poll(() => purchases(till)).toBe(1);
  await till.button('pay.next_customer').click();
  await expect(till.state).toHaveCount(0);

  await till.scan(await wallet.personalQr());
  await till.membership('member');
  expect(await purchases(till)).toBe(1);
  await till.ringUp();
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  await expect.poll(() => purchases(till)).toBe(2);
});

test('a member who pays and gets all of it back has bought nothing', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await join(till, customer.typed, wallet);
  await till.ringUp();
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await expect.poll(() => purchases(till)).toBe(1);
  await till.refund();
  await till.shows('refunded');
  await till.agrees();
  await expect.poll(() => purchases(till)).toBe(0);
});

test('the consents that were given on the phone are in the register', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await till.identify(customer.typed);
  await till.enrol();
  await wallet.tap('consent', 'approve', { consents: [{ id: 'membership', accepted: true }, { id: 'email', accepted: false }, { id: 'sms', accepted: true }] });
  await till.membership('member');
  const file = await (await page.request.get('/api/till/members.csv')).text();
  const line = file.split('\n').find((row) => row.includes(customer.number)) ?? '';
  const consents = JSON.parse(line.slice(line.indexOf('"[') + 1, line.lastIndexOf(']') + 1).replaceAll('""', '"')) as Array<{ id: string; accepted: boolean; at: string }>;
  expect(Object.fromEntries(consents.map(({ id, accepted }) => [id, accepted]))).toEqual({ membership: true, email: false, sms: true });
  for (const { at } of consents) expect(Date.parse(at)).not.toBeNaN();
});

test('a customer who refuses to join pays all the same', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await till.enrol();
  await wallet.tap('consent', 'reject');
  await till.membership('refused');
  await expect(page.getByText(till.text('club.refused'))).toBeVisible();
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('a customer who lets the question lapse pays all the same', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await till.enrol();
  await wallet.waiting('consent');
  await control.advanceClock(901);
  await till.membership('lapsed');
  await expect(page.getByText(till.text('club.lapsed'))).toBeVisible();
  await till.pay();
  await till.shows('awaiting_customer');
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
});

test('a customer joins after having been paid for: the purchase is booked on the new member', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.enrol();
  await wallet.tap('consent', 'approve');
  await till.membership('member');
  await expect.poll(() => purchases(till)).toBe(1);
  await till.agrees();
});

test('nobody has to wait: the cashier stops waiting, and the customer joins later', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.identify(customer.typed);
  await till.enrol();
  await wallet.waiting('consent');
  await till.button('club.stop').click();
  await till.membership('not_member');
  await wallet.tap('consent', 'approve');
  await till.membership('member');
});

for (const [which, why] of [[1, 'unknown_user'], [2, 'invalid_user'], [4, 'old_app']] as const) {
  test(`a customer who cannot be asked: ${why}, and the sale goes on`, async ({ page, stage }) => {
    const till = await Till.open(page, stage, 'oslo');
    await till.ringUp();
    await till.identify(special(which).typed);
    await till.enrol();
    await till.membership('not_possible');
    await expect(page.getByText(till.text(`club.why.${why}`))).toBeVisible();
    await expect(page.locator('#pay')).toBeEnabled();
  });
}

test('the server is killed while the customer decides, and the customer joins', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await till.enrol();
  await wallet.waiting('consent');
  await stage.server.kill();
  await wallet.tap('consent', 'approve');
  await stage.server.start();
  await till.membership('member');
});

async function join(till: Till, typed: string, wallet: WalletPhone): Promise<void> {
  await till.identify(typed);
  await till.enrol();
  await wallet.tap('consent', 'approve');
  await till.membership('member');
}

/** Purchases of the customer on the desk, by the backend's word. */
async function purchases(till: Till): Promise<number | undefined> {
  return (await till.sale())?.customer?.membership.purchases;
}
