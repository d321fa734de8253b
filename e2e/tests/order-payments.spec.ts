// Flow I with each outcome of the payment: the page thanks, lands on the order's page, and follows its status.
import { DELIVERY, expectOrder, expectThankYou } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const SOAP = Number(GOODS.soap.gross) + DELIVERY.locker;

for (const { how, wish } of [
  { how: 'by BLIK', wish: { payment_type: 'BLIK_CODE', blik_code: BLIK.paid } },
  { how: 'by card', wish: { payment_type: 'CARD' } },
  { how: 'by a way to pay that only the app knows', wish: { payment_type: 'APPLE_PAY' } },
]) {
  test(`paid ${how}: the page thanks and shows a paid order`, async ({ page, shop, widget, phone }) => {
    await shop.product(GOODS.soap);
    await widget.link(phone);
    await phone.order(await phone.basket(), wish);
    await expect(widget.screen('thanks').or(page.getByRole('heading', { name: 'Dziękujemy!' }))).toBeVisible();
    await expectThankYou(page);
    await expectOrder(page, await phone.placedOrder(), 'paid', SOAP);
    await expect(page.getByRole('main')).toContainText(GOODS.soap.name);
    const order = await phone.placedOrder();
    expect([order.payment_status, order.merchant_status]).toEqual(['AUTHORIZED', 'Przyjęte do realizacji']);
  });
}

test('cash on delivery counts as accepted at once, and costs what the delivery asks for it', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await phone.order(await phone.basket(), { payment_type: 'CASH_ON_DELIVERY' });
  await expectThankYou(page);
  const order = await phone.placedOrder();
  await expectOrder(page, order, 'atTheDoor', SOAP + 4);
  expect(order.payment_status).toBe('ON_DELIVERY');
});

for (const [word, code, problem] of [
  ['declined', BLIK.declined, 'payment-declined'],
  ['expired', BLIK.expired, 'blik-expired'],
  ['cancelled', BLIK.cancelled, 'payment-cancelled'],
  ['used', BLIK.used, 'blik-used'],
] as const) {
  test(`BLIK ${word}: the order waits for its payment, and is paid at the second try`, async ({ page, shop, widget, phone }) => {
    await shop.product(GOODS.soap);
    await widget.link(phone);
    const refusal = await phone.order(await phone.basket(), { payment_type: 'BLIK_CODE', blik_code: code }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).problem.code).toBe(problem);
    await expectThankYou(page);
    const unpaid = await phone.placedOrder();
    await expectOrder(page, unpaid, 'awaiting', SOAP);
    await phone.payAgain(unpaid, { blik_code: BLIK.paid });
    // No reload: the page looks by itself.
    const paid = await phone.placedOrder((order) => order.payment_status === 'AUTHORIZED', 'the paid order');
    expect(paid.order_id, 'it is the same order').toBe(unpaid.order_id);
    await expectOrder(page, paid, 'paid', SOAP);
    expect((await phone.screen()).orders).toHaveLength(1);
  });
}

test('an order that is given up is cancelled on its page, and its piece can be bought again', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.mittens);
  await widget.link(phone);
  await expect(phone.order(await phone.basket(), { payment_type: 'BLIK_CODE', blik_code: BLIK.declined })).rejects.toThrow(Refusal);
  await expectThankYou(page);
  const order = await phone.placedOrder();
  await expectOrder(page, order, 'awaiting', Number(GOODS.mittens.gross) + DELIVERY.locker);
  await shop.product(GOODS.mittens);
  await expect(page.getByRole('main')).toContainText('Wyprzedane');
  await page.goBack();
  await phone.giveUp(order);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Zamówienie anulowane', { timeout: 10_000 });
  await expectOrder(page, order, 'cancelled', Number(GOODS.mittens.gross) + DELIVERY.locker);
  await shop.product(GOODS.mittens);
  await expect(page.getByRole('main')).toContainText('Ostatnia sztuka');
});
