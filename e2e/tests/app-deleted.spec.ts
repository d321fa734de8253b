// Flow H: the basket is deleted in the app, whether or not somebody is looking at a page of it.
import { linked } from '../support/linked.ts';
import { BLIK } from '../support/people.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { until } from '../support/until.ts';
import { Widget } from '../support/widget.ts';

test('while pages are open: each of them is unlinked without a reload, and the products stay', async ({ context, page, baseURL, shop, widget, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.product(GOODS.soap);
  await widget.expectLinked(1);
  const other = await context.newPage();
  await new Shop(other).basket();
  await new Widget(other).expectLinked(1);
  await phone.deleteBasket(basket);
  await widget.expectUnlinked();
  await new Widget(other).expectUnlinked();
  await expect(new Shop(other).quantity(GOODS.soap)).toHaveValue('1');
  expect((await phone.screen()).baskets).toEqual([]);
});

test('while no page is open: the next one shows the button to link, with the products still there', async ({ page, baseURL, shop, widget, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id, GOODS.book.id);
  await shop.basket();
  await widget.expectLinked(2);
  await page.goto('about:blank');
  await phone.deleteBasket(basket);
  await shop.basket();
  await widget.expectUnlinked();
  await shop.expectCount(2);
});

test('what changes in the shop afterwards is not told to InPost', async ({ page, baseURL, shop, phone, control }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await phone.deleteBasket(basket);
  const before = await control.latest();
  await shop.basket();
  await shop.change(GOODS.soap, 3);
  // Whoever links it again has what the shop has.
  const again = await linked(page, baseURL ?? '', phone);
  expect(again.basket.products[0]?.quantity.quantity).toBe(3);
  expect(await control.count('inpost.basket.put', before)).toBe(0);
});

test('the shop is down: it hears of it when it is back', async ({ stage, page, baseURL, shop, widget, phone }) => {
  test.slow();
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.basket();
  await widget.expectLinked(1);
  await stage.server.kill();
  await phone.deleteBasket(basket);
  await phone.noBasket();
  await stage.server.start();
  // The page has been there all the time.
  await expect(widget.button).toHaveAccessibleName(widget.says.basket, { timeout: 20_000 });
});

for (const kind of ['duplicate', 'drop_after', 'replay'] as const) {
  test(`told twice (${kind}): it is deleted once, and can be linked again`, async ({ page, baseURL, phone, control }) => {
    const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
    await control.fault({ call: 'inpost.merchant.binding.delete', kind, times: 1 });
    await phone.deleteBasket(basket);
    await control.struck();
    await until('the shop to know', async () => {
      const view = (await (await page.request.get('/api/widget/link')).json()) as { status: string; ended: string };
      return view.status === 'unlinked' && view.ended === 'deleted_in_app';
    });
    expect((await linked(page, baseURL ?? '', phone)).basket.products).toHaveLength(1);
  });
}

test('a deleted basket cannot be ordered, nor an ordered one deleted', async ({ page, baseURL, phone }) => {
  const first = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await phone.deleteBasket(first);
  await expect(phone.order(first, { payment_type: 'BLIK_CODE', blik_code: BLIK.paid })).rejects.toThrow(Refusal);
  expect((await phone.screen()).orders).toEqual([]);
  const second = await linked(page, baseURL ?? '', phone);
  await phone.order(second, { payment_type: 'BLIK_CODE', blik_code: BLIK.paid });
  await expect(phone.deleteBasket(second)).rejects.toThrow(Refusal);
  expect((await phone.placedOrder()).payment_status).toBe('AUTHORIZED');
});
