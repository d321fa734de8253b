// A sale from the first good to the receipt, paid with Vipps.
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('a customer named by number pays on the phone', async ({ page, stage, customer, wallet }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp(2);
  await till.identify(customer.typed);
  await till.pay();
  await till.shows('awaiting_customer');
  const asked = await wallet.waiting('payment');
  expect(asked.amount).toEqual({ currency: 'NOK', value: (await till.sale())?.total_minor });
  await wallet.tap('payment', 'approve');
  await till.shows('paid');
  await till.agrees();
  await till.button('pay.next_customer').click();
  await expect(till.state).toHaveCount(0);
  expect(await till.sale()).toBeNull();
});
