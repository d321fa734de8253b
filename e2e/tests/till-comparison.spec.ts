// The comparison that ends every test of a till: it sees a difference wherever it is, so that no test passes by looking away.
import type { Stage } from '../support/stage.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('money that moved at the provider alone is seen, and heard of, by webhook', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  const { reference } = await till.payment();
  await control.fault({ call: 'vipps.webhook', kind: 'hold' });
  await refundInThePortal(stage, reference, 1_234);
  await expect(till.compare()).rejects.toThrow(/the sale says \d+,0, the provider \d+,1234/);
  const [held] = await control.held();
  await control.release(held?.id ?? 0);
  await till.shows('partly_refunded');
  await till.agrees();
});

test('a page that shows something else is seen', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  const amounts = till.state.locator('.moved dd');
  await amounts.last().evaluate((element) => { element.textContent = '0,01 kr'; });
  await expect(till.compare()).rejects.toThrow(/the page says 1,0/);
  await amounts.first().evaluate((element) => { element.textContent = '0,02 kr'; });
  await amounts.last().evaluate((element) => { element.parentElement?.remove(); });
  await expect(till.compare()).rejects.toThrow('the page has 0 rows for pay.captured');
});

for (const [what, change, seen] of [
  ['a row', "update sale_row set captured_minor = captured_minor - 1 where sale = ?", /database's row says \d+,0, the provider/],
  ['a phase', "update sale_row set phase = 'declined' where sale = ?", /database's row says .*declined/],
  ['a movement', 'delete from movement where sale = ?', /database's movements says 0,0, the provider/],
  ['a second movement', "insert into movement select store, key || 'x', sale, branch, till, wallet, reference, provider_id, asked_minor, kind, amount_minor, currency, at from movement where sale = ?", /database's movements says/],
] as const) {
  test(`${what} that is wrong in the database is seen`, async ({ page, stage, customer, wallet }) => {
    const till = await Till.open(page, stage, 'oslo');
    await till.ask(customer.typed);
    await wallet.tap('payment', 'approve');
    await till.shows('paid');
    await till.agrees();
    const sale = await till.sale();
    await stage.server.stop();
    stage.database.change(change, [sale?.id ?? '']);
    await stage.server.start();
    await till.shows('paid');
    await expect(till.compare()).rejects.toThrow(seen);
  });
}

/** What a merchant does in the provider's own portal, past the till. */
async function refundInThePortal({ sandboxUrl }: Stage, reference: string, value: number): Promise<void> {
  const account = {
    client_id: '6e5b1a3c-0d5f-4c2e-9a6b-1f2e3d4c5b6a',
    client_secret: 'karfa-demo-secret',
    'Ocp-Apim-Subscription-Key': '0123456789abcdef0123456789abcdef',
    'Merchant-Serial-Number': '123456',
  };
  const token = await fetch(`${sandboxUrl}/vipps/accesstoken/get`, { method: 'POST', headers: account });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  const answer = await fetch(`${sandboxUrl}/vipps/epayment/v1/payments/${reference}/refund`, {
    method: 'POST',
    headers: { ...account, authorization: `Bearer ${bearer}`, 'idempotency-key': `portal-${reference.slice(-20)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ modificationAmount: { currency: 'NOK', value } }),
  });
  expect(answer.status).toBe(200);
}
