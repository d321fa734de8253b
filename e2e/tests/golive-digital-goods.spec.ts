// The vendor's go-live scenario: digital goods, alone and with others.
import { linked } from '../support/linked.ts';
import { DELIVERY, expectOrder, expectThankYou } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const PAY = { payment_type: 'BLIK_CODE', blik_code: BLIK.paid };
const EBOOK = { id: 'ebook-pierwszy-sweter', gross: 32 } as const;

test('alone: linked from its page, sent by mail, no delivery to choose or to pay', async ({ page, widget, phone }) => {
  await page.goto(`/product/${EBOOK.id}`);
  await widget.link(phone);
  const basket = await phone.basket();
  expect(basket.basket.delivery.map(({ delivery_type, delivery_price }) => [delivery_type, Number(delivery_price.gross)])).toEqual([['DIGITAL', 0]]);
  expect(basket.basket.products.map(({ product_type }) => product_type)).toEqual(['DIGITAL']);
  await phone.order(basket, PAY);
  await expectThankYou(page);
  const order = await phone.placedOrder();
  await expectOrder(page, order, 'paid', EBOOK.gross);
  await expect(page.getByRole('main')).toContainText('E-mailem, na podany adres');
  expect(order.order.delivery).toMatchObject({ delivery_type: 'DIGITAL', digital_delivery_email: expect.stringContaining('@') as unknown });
});

test('alone: there is no locker, no courier and no paying at a door for it', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, EBOOK.id);
  for (const delivery of ['APM', 'COURIER']) {
    await expect(phone.order(basket, { ...PAY, delivery }), delivery).rejects.toThrow(Refusal);
  }
  await expect(phone.order(basket, { payment_type: 'CASH_ON_DELIVERY' })).rejects.toThrow(Refusal);
  expect((await phone.screen()).orders).toEqual([]);
  await phone.order(await phone.basket(), PAY);
  expect(Number((await phone.placedOrder()).total)).toBe(EBOOK.gross);
});

test('with something to be sent: the parcel is paid for, and the delivery by mail alone is not enough', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, EBOOK.id, GOODS.soap.id);
  expect(basket.basket.products.map(({ product_type }) => product_type).sort()).toEqual(['DIGITAL', 'PRODUCT']);
  await expect(phone.order(basket, { ...PAY, delivery: 'DIGITAL' })).rejects.toThrow(Refusal);
  await phone.order(await phone.basket(), { ...PAY, delivery: 'APM' });
  const order = await phone.placedOrder();
  await page.goto(`/thank-you?order=${order.order_id}`);
  await expectOrder(page, order, 'paid', EBOOK.gross + Number(GOODS.soap.gross) + DELIVERY.locker);
});

test('with something to be sent, which is then taken out: what is left is sent by mail, for nothing', async ({ page, baseURL, shop, phone }) => {
  await linked(page, baseURL ?? '', phone, EBOOK.id, GOODS.soap.id);
  await shop.basket();
  await shop.remove(GOODS.soap);
  const basket = await phone.basket(({ basket }) => basket.products.length === 1, 'the e-book alone on the phone');
  await phone.order(basket, PAY);
  const order = await phone.placedOrder();
  expect(Number(order.total)).toBe(EBOOK.gross);
  expect(order.order.delivery.delivery_type).toBe('DIGITAL');
});

test('one copy is enough: a second one is refused in the app and in the shop', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, EBOOK.id);
  expect(await phone.setQuantity(basket, EBOOK.id, 2)).toMatchObject({ type: 'ERROR' });
  await page.goto('/basket');
  await expect(page.getByRole('spinbutton', { name: /^Ilość: E-book/ })).toHaveAttribute('max', '1');
  expect((await phone.basket()).basket.products[0]?.quantity.quantity).toBe(1);
});
