// A till that takes Netgíró, beside the table of customers and confirmations: who is refused and why, money that goes back,
// the end of the day, and the cashier's choices.
import { expectAccessible } from '../support/accessible.ts';
import { expect, NETGIRO, test } from '../support/netgiro.ts';
import { Till } from '../support/till.ts';

test('a kennitala with a wrong check digit is refused before anybody is asked, with a sentence', async ({ counter, control, page }) => {
  const at = await counter('kennitala');
  const before = await control.latest();
  const ssn = at.customer.ssn ?? '';
  const wrong = `${ssn.slice(0, 8)}${(Number(ssn[8]) + 1) % 10}${ssn.slice(9)}`;
  await at.till.ringUp();
  await page.getByRole('radio', { name: at.till.text('customer.national_id'), exact: true }).check();
  await page.locator('#customer').fill(wrong);
  await page.locator('#customer').press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: at.till.text('refusal.national_id') })).toBeVisible();
  await expect(page.locator('#customer')).toBeVisible();
  expect(await control.count('netgiro.insert_cart', before)).toBe(0);
  await page.locator('#customer').fill(ssn);
  await page.locator('#customer').press('Enter');
  await expect(page.locator('#customer')).toHaveCount(0);
  await at.till.pay();
  await at.agree();
  await at.ends('paid', 'all');
});

for (const [name, customer, number] of [
  ['is no customer', NETGIRO.nobody, '10306'],
  ['is not valid', { typed: '8220006', number: '8220006' }, '400'],
  ['is over the limit', { typed: '8220012', number: '8220012' }, '10307'],
  ['is refused', { typed: '8220013', number: '8220013' }, '10422'],
] as const) {
  test(`who ${name} is told by sentence and number, and somebody else pays`, async ({ counter, page }) => {
    const at = await counter('number', customer);
    await at.ask('manual');
    await at.ends('failed', 'nothing');
    await expect(at.till.state).toContainText(at.till.text(`problem.netgiro.${number}`, { wallet: 'Netgíró' }));
    await expect(at.till.state).toContainText(number);
    await at.till.button('customer.forget').click();
    await expect(page.locator('#customer')).toBeVisible();
  });
}

test('a rejection that shows as 10423 is a rejection', async ({ counter }) => {
  const at = await counter('number', NETGIRO.rejectsWith10423);
  await at.ask('manual');
  await at.reject();
  await at.ends('declined', 'nothing');
  await expect(at.till.state).toContainText(at.till.text('problem.netgiro.10423'));
});

test('a code that nobody knows is shown with its number and never counts as paid', async ({ counter }) => {
  const at = await counter('number', NETGIRO.endsWith10999);
  await at.ask('automatic');
  await at.agree();
  await expect(at.till.state).toContainText('10999');
  await at.ends('awaiting_customer', 'nothing');
  // The cashier can go on: the sale is taken back, and stays in the day's list.
  await at.till.button('pay.cancel').click();
  await at.till.button('pay.next_customer').click();
  await expect(at.till.state).toHaveCount(0);
});

test('a payment that nobody tells of is taken over by its id in the portal', async ({ counter, control, page }) => {
  const at = await counter('number');
  await control.fault({ call: 'netgiro.insert_cart', kind: 'drop_after', times: 1 });
  await control.fault({ call: 'netgiro.callback', kind: 'drop_before', times: 1 });
  await at.ask('automatic');
  await at.till.shows('unknown_request');
  await at.agree();
  await control.struck();
  // Nobody is asked a second time meanwhile, and nobody says yet that it was not paid.
  await expect(at.till.button('pay.again')).toHaveCount(0);
  await expect(at.till.button('lookup.unpaid')).toHaveCount(0);
  const id = page.getByLabel(at.till.text('lookup.label', { wallet: 'Netgíró' }));
  await id.fill('00000000-0000-4000-8000-000000000000');
  await id.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: at.till.text('refusal.not_this_payment') })).toBeVisible();
  await expectAccessible(page);
  await at.till.shows('unknown_request');
  const [cart] = await at.carts();
  await id.fill(cart?.transaction_id ?? '');
  await at.till.button('lookup.send').click();
  await at.ends('paid', 'all');
});

test('an unknown code for InsertCart is shown with its number', async ({ counter, control }) => {
  const at = await counter('number');
  await control.fault({ call: 'netgiro.insert_cart', kind: 'fail', status: 400, error_code: '10777', times: 1 });
  await at.ask('manual');
  await at.ends('failed', 'nothing');
  await expect(at.till.state).toContainText(at.till.text('problem.other', { number: '10777', wallet: 'Netgíró' }));
  await at.till.pay();
  await at.agree();
  await at.ends('paid', 'all');
});

test('while Netgíró cannot be asked the till says that it does not know', async ({ counter, control }) => {
  const at = await counter('number');
  await control.fault({ call: 'netgiro.check_cart', kind: 'fail', status: 500 });
  await at.ask('manual');
  await at.agree();
  await at.till.shows('unknown_customer');
  await control.noFaults();
  await at.till.button('pay.check').click();
  await at.ends('paid', 'all');
});

test('where there is no club nobody is asked to join one', async ({ counter, page }) => {
  const at = await counter('number');
  await at.till.ringUp();
  await at.identify();
  await expect(page.locator('#customer-other')).toBeVisible();
  await expect(page.locator('.customer').getByRole('button')).toHaveCount(1);
});

test('a reservation is taken by hand', async ({ counter, page }) => {
  const at = await counter('number');
  await at.till.ringUp();
  await at.identify();
  await page.getByLabel(at.till.text('pay.by_hand')).check();
  await at.till.pay();
  await at.agree();
  await at.ends('authorised', 'nothing');
  expect((await at.carts()).map(({ status }) => status)).toEqual(['reserved']);
  await at.till.button('pay.capture').first().click();
  await at.ends('paid', 'all');
});

test('a reservation is given back when the cashier takes it back', async ({ counter, page }) => {
  const at = await counter('number');
  await at.till.ringUp();
  await at.identify();
  await page.getByLabel(at.till.text('pay.by_hand')).check();
  await at.till.pay();
  await at.agree();
  await at.till.shows('authorised');
  await at.till.button('pay.cancel').click();
  await at.ends('cancelled', 'nothing');
  expect((await at.carts()).map(({ status, reserved }) => [status, reserved])).toEqual([['cancelled', 0]]);
});

test('who confirms is chosen for each sale, and the usual one is there again for the next', async ({ counter, page }) => {
  const at = await counter('number');
  const manual = page.getByRole('radio', { name: at.till.text('pay.manual'), exact: true });
  await at.till.ringUp();
  await at.identify();
  await expect(manual).toBeChecked();
  await at.askAgain('automatic');
  await at.agree();
  await at.ends('paid', 'all');
  expect((await at.carts()).map(({ confirmation }) => confirmation)).toEqual(['automatic']);
  await at.till.button('pay.next_customer').click();
  await at.till.ringUp();
  await expect(manual).toBeChecked();
});

test('a part goes back, then the rest, and the day says the same as Netgíró', async ({ counter, page, control }) => {
  const at = await counter('scanned code');
  await at.ask('manual', 3);
  await at.till.shows('paid');
  const total = (await at.till.sale())?.total_minor ?? 0;
  await control.fault({ call: 'netgiro.refund', kind: 'drop_after', times: 1 });
  await at.till.refund('100');
  await at.till.shows('partly_refunded');
  await at.till.agrees();
  expect((await at.carts()).map(({ refunded }) => refunded)).toEqual([100]);
  await at.till.refund();
  await at.till.shows('refunded');
  await at.till.agrees();
  expect((await at.carts()).map(({ refunded }) => refunded)).toEqual([total]);
  await at.till.button('pay.next_customer').click();
  await page.getByRole('button', { name: at.till.text('place.day'), exact: true }).click();
  await page.getByRole('button', { name: at.till.text('day.compare') }).click();
  const card = page.locator('.day-total').filter({ hasText: 'Netgíró' });
  await expect(card).toContainText(at.till.text('day.same', { wallet: 'Netgíró' }));
});

test('the page speaks English too, and names amounts without decimals', async ({ counter, page }) => {
  const at = await counter('kennitala');
  const till = await at.till.in('en');
  await till.ringUp();
  await expect(page.locator('#payment')).toContainText(till.text('pay.request'));
  await page.getByRole('radio', { name: till.text('customer.national_id'), exact: true }).check();
  await page.locator('#customer').fill(at.customer.typed);
  await page.locator('#customer').press('Enter');
  await expect(page.locator('#customer')).toHaveCount(0);
  await till.pay();
  await till.shows('awaiting_code');
  await expect(till.state).toContainText(till.text('state.awaiting_code.title'));
  await expectAccessible(page);
  await page.getByLabel(till.text('pay.code')).fill(await at.code());
  await page.keyboard.press('Enter');
  await till.shows('paid');
  const { total_minor: total } = (await till.sale()) ?? { total_minor: 0 };
  await expect(till.state).toContainText(new RegExp(`\\b${String(total).replace(/\B(?=(\d{3})+$)/g, '[,.]?')}\\b`));
  await expect(till.state).not.toContainText(/\d[.,]00\b/);
});

test('two tills ask one customer at once, and each is paid for its own', async ({ counter, browser, stage }) => {
  const at = await counter('number');
  const context = await browser.newContext({ baseURL: stage.url });
  const other = await Till.open(await context.newPage(), stage, 'reykjavik');
  await at.ask('manual');
  await other.ringUp(2);
  await other.identify(at.customer.typed);
  await other.pay();
  await other.shows('awaiting_customer');
  await at.phone.tap('payment', 'approve');
  await at.phone.tap('payment', 'reject');
  const shown = async () => (await Promise.all([at.till.payment(), other.payment()])).map(({ phase }) => phase).sort();
  await expect.poll(shown, { timeout: 15_000 }).toEqual(['declined', 'paid']);
  await at.till.agrees();
  await other.agrees();
  await context.close();
});
