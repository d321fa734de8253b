// InPost's calls to the shop over a real connection: what is not signed as it should be has no effect, whatever it says;
// and keys may change at any time.
import { expectThankYou } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { until } from '../support/until.ts';

const PAY = { payment_type: 'BLIK_CODE', blik_code: BLIK.paid };

for (const kind of ['tamper_signature', 'stale_timestamp', 'unknown_key_version'] as const) {
  test(`a confirmation with ${kind.replaceAll('_', ' ')} links nothing; the right one does`, async ({ shop, widget, person, phone, control }) => {
    await shop.product(GOODS.soap);
    await widget.ask(person);
    const before = await control.latest();
    await control.fault({ call: 'inpost.merchant.basket.confirmation', kind, times: 1 });
    const error = await phone.approve().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Refusal);
    const refused = await control.called('inpost.merchant.basket.confirmation', before);
    expect([refused.status, refused.error_code]).toEqual([401, 'INVALID_SIGNATURE']);
    await expect(widget.screen('waiting')).toBeVisible();
    await widget.press('cancel').click();
    await widget.press('retry').click();
    await widget.press('connect').click();
    await phone.approve();
    await widget.expectJustLinked();
  });
}

test('a replayed confirmation, order and payment count once', async ({ page, shop, widget, person, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  const before = await control.latest();
  await control.fault({ call: 'inpost.merchant.*', kind: 'replay' });
  await phone.approve();
  await widget.expectJustLinked();
  await phone.order(await phone.basket(), PAY);
  await expectThankYou(page);
  await control.noFaults();
  const played = (await control.calls(before)).filter(({ faults }) => faults.includes('replay'));
  expect(played.length, 'the fault was played').toBeGreaterThanOrEqual(4);
  expect((await phone.screen()).orders).toHaveLength(1);
  await expect(page.locator('[data-state]')).toHaveText('Przyjęte i opłacone');
});

test('new signing keys are taken up in the middle of a shopper\u2019s way', async ({ stage, page, shop, widget, phone, control }) => {
  test.slow();
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await control.rotateKeys({ retire_old: true });
  // The shop asks for unknown versions once a minute at most; a restart forgets when it last did.
  await stage.server.kill();
  await stage.server.start();
  await phone.order(await phone.basket(), PAY);
  await expectThankYou(page);
});

test('a stranger\u2019s calls are refused in InPost\u2019s own shape, and tell nothing', async ({ stage, request, shop, widget, page, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const view = await (await page.request.get('/api/widget/link')).json() as { basket_id: string };
  const base = `${stage.url}/inpost/v1/izi`;
  for (const { method, path, data } of [
    { method: 'GET', path: `/basket/${view.basket_id}` },
    { method: 'DELETE', path: `/basket/${view.basket_id}/binding` },
    { method: 'POST', path: `/basket/${view.basket_id}/binding/delete` },
    { method: 'POST', path: `/basket/${view.basket_id}/confirmation`, data: { status: 'REJECT' } },
    { method: 'POST', path: '/order', data: { order_details: { basket_id: view.basket_id } } },
    { method: 'GET', path: '/order/1' },
  ]) {
    const answer = await request.fetch(base + path, { method, ...(data === undefined ? {} : { data }) });
    expect(answer.status(), path).toBe(401);
    expect(answer.headers()['inpay-plugin-version'], path).toBeUndefined();
    expect(await answer.json()).toEqual({ error_code: 'INVALID_SIGNATURE', error_message: 'the signature does not hold' });
  }
  const large = await request.post(`${base}/order`, { data: Buffer.alloc(300 * 1024, 'x'), headers: { 'content-type': 'application/json' } });
  expect(large.status()).toBe(400);
  expect((await large.json() as { error_code: string }).error_code).toBe('BAD_REQUEST');
  await widget.expectLinked(1);
  await until('the basket still on the phone', async () => (await phone.screen()).baskets.length === 1);
});
