// The comparison that ends every test of a till: it sees a difference wherever it is, so that no test passes by looking away.
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';
import { Portal } from '../support/vipps-portal.ts';

test('money that moved at the provider alone is seen, and heard of, by webhook', async ({ page, stage, control, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo', { manager: true });
  await till.ask(customer.typed);
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  const { reference } = await till.payment();
  await control.fault({ call: 'vipps.webhook', kind: 'hold' });
  await new Portal(stage.sandboxUrl).refund(reference, 1_234);
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

for (const [what, change, back, seen] of [
  ['a row', 'update sale_row set captured_minor = captured_minor - 1 where sale = ?', 'update sale_row set captured_minor = captured_minor + 1 where sale = ?', /database's row says \d+,0, the provider/],
  ['a phase', "update sale_row set phase = 'declined' where sale = ?", "update sale_row set phase = 'paid' where sale = ?", /database's row says .*declined/],
  ['a movement', "update movement set reference = reference || '-lost' where sale = ?", "update movement set reference = replace(reference, '-lost', '') where sale = ?", /database's movements says 0,0, the provider/],
  ['a second movement', "insert into movement select store, key || '-again', sale, branch, till, wallet, reference, provider_id, asked_minor, kind, amount_minor, currency, at from movement where sale = ?", "delete from movement where sale = ? and key like '%-again'", /database's movements says/],
] as const) {
  test(`${what} that is wrong in the database is seen`, async ({ page, stage, customer, wallet }) => {
    const till = await Till.open(page, stage, 'oslo');
    await till.ask(customer.typed);
    await wallet.tap('payment', 'approve');
    await till.shows('paid');
    await till.agrees();
    const sale = await till.sale();
    const restartWith = async (sql: string) => {
      await stage.server.stop();
      stage.database.change(sql, [sale?.id ?? '']);
      await stage.server.start();
      await till.shows('paid');
    };
    await restartWith(change);
    await expect(till.compare()).rejects.toThrow(seen);
    // Others compare this day too.
    await restartWith(back);
    await till.agrees();
  });
}
