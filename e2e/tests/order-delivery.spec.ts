// Deliveries, their extras, codes and digital goods: the app and the shop ask for the same sum, to the grosz.
import { DELIVERY, expectOrder, expectThankYou, goodsOf } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const PAY = { payment_type: 'BLIK_CODE', blik_code: BLIK.paid };
const SOAP = Number(GOODS.soap.gross);
const EBOOK = { id: 'ebook-pierwszy-sweter', gross: '32.00' } as const;

const CHOICES: { what: string; delivery: unknown; payment_type?: string; sum: number; says: string }[] = [
  { what: 'a locker of the shopper\u2019s choice', delivery: { delivery_type: 'APM', delivery_point: 'KRA10A' }, sum: DELIVERY.locker, says: 'Do automatu paczkowego KRA10A' },
  { what: 'a locker at the weekend, gift-wrapped', delivery: { delivery_type: 'APM', delivery_codes: ['PWW', 'GW'] }, sum: DELIVERY.locker + 5 + 9.9, says: 'Do automatu paczkowego' },
  { what: 'a courier', delivery: 'COURIER', sum: DELIVERY.courier, says: 'Kurierem pod podany adres' },
  { what: 'a courier, paid at the door', delivery: 'COURIER', payment_type: 'CASH_ON_DELIVERY', sum: DELIVERY.courier + 5, says: 'Kurierem pod podany adres' },
];

for (const { what, delivery, payment_type, sum, says } of CHOICES) {
  test(`${what}: the order's page names it with its price`, async ({ page, shop, widget, phone }) => {
    await shop.product(GOODS.soap);
    await widget.link(phone);
    await phone.order(await phone.basket(), { ...(payment_type ? { payment_type } : PAY), delivery });
    await expectThankYou(page);
    await expect(page.getByRole('main')).toContainText(says);
    await expectOrder(page, await phone.placedOrder(), payment_type ? 'atTheDoor' : 'paid', SOAP + sum);
  });
}

test('a digital product alone is sent by mail, for nothing', async ({ page, widget, phone }) => {
  await page.goto(`/product/${EBOOK.id}`);
  await widget.link(phone);
  await phone.order(await phone.basket(), { ...PAY, delivery: 'DIGITAL' });
  await expectThankYou(page);
  await expect(page.getByRole('main')).toContainText('E-mailem, na podany adres');
  await expectOrder(page, await phone.placedOrder(), 'paid', Number(EBOOK.gross));
});

test('an order over the limit is delivered for nothing, and a code takes its share off', async ({ page, shop, widget, phone }) => {
  await page.goto('/product/sweter-watra?variant=sweter-watra-m-owies');
  await page.getByRole('button', { name: 'Dodaj do koszyka' }).click();
  await shop.basket();
  await page.getByLabel('Kod rabatowy').fill('KLEBEK10');
  await page.getByRole('button', { name: 'Dodaj kod' }).click();
  await expect(page.locator('[data-basket-total]')).toHaveText('404,10\u00a0zł');
  await widget.link(phone);
  const basket = await phone.basket();
  expect(goodsOf(basket)).toBeCloseTo(404.1, 2);
  await phone.order(basket, { ...PAY, delivery: 'COURIER' });
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', 404.1);
  await expect(page.getByRole('main')).toContainText('za darmo');
  await expect(page.getByRole('main')).toContainText('Rabat\u2212' + '44,90\u00a0zł', { useInnerText: false });
});

test('what the app changes is what is ordered', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await widget.link(phone);
  await phone.changeBasket(await phone.basket(), {
    event_type: 'PRODUCTS_QUANTITY',
    quantity_event_data: [{ product_id: GOODS.soap.id, quantity: { quantity: 2, quantity_type: 'INTEGER' } }],
  });
  await widget.expectLinked(2);
  await shop.expectCount(2);
  await phone.order(await phone.basket(({ basket }) => basket.products[0]?.quantity.quantity === 2), PAY);
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', 2 * SOAP + DELIVERY.locker);
});
