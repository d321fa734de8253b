// What the app orders is what the shop has: delivery with its point and its extras, invoice, consents, comments, prices.
import { linked } from '../support/linked.ts';
import { DELIVERY, expectOrder, zloty } from '../support/orders.ts';
import { BLIK, INVOICE, mustNotBeLogged, WORDS } from '../support/people.ts';
import type { LinkedBasket, OrderView, OrderWish, Phone } from '../support/phone.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const PAY = { payment_type: 'BLIK_CODE', blik_code: BLIK.paid };
const SOAP = Number(GOODS.soap.gross);

/** Orders, and asks the shop for the order: what comes back is what the shop has stored. */
async function ordered(phone: Phone, basket: LinkedBasket, wish: OrderWish): Promise<OrderView> {
  await phone.order(basket, wish);
  await phone.refresh(await phone.placedOrder());
  return phone.placedOrder();
}

async function refused(phone: Phone, basket: LinkedBasket, wish: OrderWish): Promise<Refusal['problem']> {
  const error = await phone.order(basket, wish).then(() => undefined, (error: unknown) => error);
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).problem;
}

test.beforeAll(() => {
  const { company, person } = INVOICE;
  mustNotBeLogged(
    ...[company.tax_id, company.company_name, company.mail, person.surname, person.mail].map((text) => ({ what: 'of an invoice', text })),
    ...Object.values(WORDS).map((text) => ({ what: 'a customer\u2019s words', text })),
  );
});

const extras = ({ order }: OrderView) => order.delivery.delivery_options.map(({ delivery_code_value }) => delivery_code_value).sort();

test('what is offered has its price: deliveries, extras, ways to pay', async ({ page, baseURL, phone }) => {
  const { basket } = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const offers = Object.fromEntries(
    basket.delivery.map(({ delivery_type, delivery_price, delivery_options }) => [
      delivery_type,
      { price: Number(delivery_price.gross), ...Object.fromEntries((delivery_options ?? []).map((one) => [one.delivery_code_value, Number(one.delivery_option_price.gross)])) },
    ]),
  );
  expect(offers).toMatchObject({
    APM: { price: DELIVERY.locker, COD: 4, PWW: 5, GW: 9.9 },
    COURIER: { price: DELIVERY.courier, COD: 5, GW: 9.9 },
  });
  expect(basket.summary).toMatchObject({ currency: 'PLN', payment_type: expect.arrayContaining(['BLIK_CODE', 'CARD', 'CASH_ON_DELIVERY']) as unknown });
});

test('a parcel locker with its point, gift-wrapped, at the weekend', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const order = await ordered(phone, basket, { ...PAY, delivery: { delivery_type: 'APM', delivery_point: 'KRA10A', delivery_codes: ['GW', 'PWW'] } });
  expect(order.order.delivery).toMatchObject({ delivery_type: 'APM', delivery_point: 'KRA10A' });
  expect(extras(order)).toEqual(['GW', 'PWW']);
  await page.goto(`/thank-you?order=${order.order_id}`);
  await expectOrder(page, order, 'paid', SOAP + DELIVERY.locker + 9.9 + 5);
  await expect(page.getByRole('main')).toContainText('KRA10A');
});

test('no point, no order: the app is told what is missing, and orders with it', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const problem = await refused(phone, basket, { ...PAY, delivery: { delivery_type: 'APM', delivery_point: '' } });
  expect(problem).toMatchObject({ code: 'order-refused', error_code: 'ORDER_NOT_CREATE' });
  const told = await phone.basket(({ basket }) => basket.summary.basket_notice?.type === 'ERROR', 'a basket with a notice');
  expect(told.basket.summary.basket_notice?.description).toContain('Uzupełnij dane dostawy');
  const order = await ordered(phone, told, { ...PAY, delivery: { delivery_type: 'APM', delivery_point: 'WAW22N' } });
  expect(order.order.delivery.delivery_point).toBe('WAW22N');
});

test('an extra that the delivery does not have cannot be ordered', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await expect(phone.order(basket, { ...PAY, delivery: { delivery_type: 'COURIER', delivery_codes: ['PWW'] } })).rejects.toThrow(Refusal);
  expect((await phone.screen()).orders).toEqual([]);
  const order = await ordered(phone, basket, { ...PAY, delivery: { delivery_type: 'COURIER', delivery_codes: ['GW'] } });
  expect(extras(order)).toEqual(['GW']);
});

for (const [kind, price] of [['APM', DELIVERY.locker + 4], ['COURIER', DELIVERY.courier + 5]] as const) {
  test(`cash on delivery, ${kind}: accepted at once, with its surcharge, and there is nothing to pay in the app`, async ({ page, baseURL, phone }) => {
    const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
    const order = await ordered(phone, basket, { payment_type: 'CASH_ON_DELIVERY', delivery: kind });
    expect(order).toMatchObject({ payment_status: 'ON_DELIVERY', merchant_status: 'Przyjęte do realizacji' });
    expect(extras(order)).toEqual(['COD']);
    await page.goto(`/thank-you?order=${order.order_id}`);
    await expectOrder(page, order, 'atTheDoor', SOAP + price);
    await expect(phone.payAgain(order, { blik_code: BLIK.paid })).rejects.toThrow(/nothing to pay/);
  });
}

test('cash on delivery without its surcharge is no order: the total would not be the shop\u2019s', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const problem = await refused(phone, basket, { payment_type: 'CASH_ON_DELIVERY', delivery: { delivery_type: 'APM', delivery_codes: [] } });
  expect(problem).toMatchObject({ code: 'order-refused', error_code: 'ORDER_NOT_CREATE' });
  expect((await phone.screen()).orders).toEqual([]);
});

test('an invoice for a company is kept with the order, word for word', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.book.id);
  const { order } = await ordered(phone, basket, { ...PAY, invoice_details: INVOICE.company });
  expect(order.invoice_details).toMatchObject(INVOICE.company);
});

test('an invoice for a person, and none where none is asked for', async ({ page, baseURL, phone, otherPhone, browser }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.book.id);
  const { order } = await ordered(phone, basket, { ...PAY, invoice_details: INVOICE.person });
  expect(order.invoice_details).toMatchObject(INVOICE.person);
  const context = await browser.newContext();
  const without = await ordered(otherPhone, await linked(await context.newPage(), baseURL ?? '', otherPhone, GOODS.book.id), PAY);
  expect(without.order.invoice_details ?? null).toBeNull();
  await context.close();
});

test('what the customer writes comes with the order', async ({ page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const { order } = await ordered(phone, basket, {
    ...PAY,
    order_comments: WORDS.shop,
    delivery: { delivery_type: 'COURIER', courier_note: WORDS.courier },
  });
  expect(order.order_details).toMatchObject({ order_comments: WORDS.shop });
  expect(order.delivery).toMatchObject({ courier_note: WORDS.courier });
});

const CONSENTS = [
  { consent_id: 'terms', requirement_type: 'REQUIRED_ALWAYS' },
  { consent_id: 'privacy', requirement_type: 'REQUIRED_ONCE' },
  { consent_id: 'newsletter', requirement_type: 'OPTIONAL' },
];
const accept = (...ids: string[]) => CONSENTS.map(({ consent_id }) => ({ consent_id, is_accepted: ids.includes(consent_id) }));
const given = ({ order }: OrderView) => Object.fromEntries(order.consents.map(({ consent_id, is_accepted }) => [consent_id, is_accepted]));

test('consents are asked for with their kind, and kept with the order: the optional one as it was answered', async ({ page, baseURL, phone, otherPhone, browser }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  expect(basket.basket.consents.map(({ consent_id, requirement_type }) => ({ consent_id, requirement_type }))).toEqual(CONSENTS);
  for (const { consent_link } of basket.basket.consents as unknown as { consent_link: string }[]) {
    expect((await page.request.get(consent_link)).status(), 'the text can be read').toBe(200);
  }
  const without = await ordered(phone, basket, { ...PAY, consents: accept('terms', 'privacy') });
  expect(given(without)).toEqual({ terms: true, privacy: true, newsletter: false });
  const context = await browser.newContext();
  const theirs = await linked(await context.newPage(), baseURL ?? '', otherPhone, GOODS.soap.id);
  const withIt = await ordered(otherPhone, theirs, { ...PAY, consents: accept('terms', 'privacy', 'newsletter') });
  expect(given(withIt)).toEqual({ terms: true, privacy: true, newsletter: true });
  await context.close();
});

for (const missing of ['terms', 'privacy'] as const) {
  test(`no order without the consent „${missing}”`, async ({ page, baseURL, phone }) => {
    const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
    const others = CONSENTS.map(({ consent_id }) => consent_id).filter((id) => id !== missing);
    const problem = await refused(phone, basket, { ...PAY, consents: accept(...others) });
    expect(problem).toMatchObject({ code: 'order-refused', error_code: 'ORDER_NOT_CREATE' });
    const told = await phone.basket(({ basket }) => basket.summary.basket_notice?.type === 'ERROR', 'a basket with a notice');
    expect(told.basket.summary.basket_notice?.description).toContain('Zaznacz wymagane zgody');
    expect((await phone.screen()).orders).toEqual([]);
    await phone.order(told, { ...PAY, consents: accept('terms', 'privacy') });
    await phone.placedOrder();
  });
}

test('a reduced price comes with the regular one and the lowest of 30 days, on the page, in the app, in the order', async ({ page, baseURL, phone }) => {
  await page.goto('/product/szalik-mgla');
  await expect(page.getByRole('main')).toContainText('Najniższa cena z 30 dni przed obniżką: 139,00');
  const basket = await linked(page, baseURL ?? '', phone, 'szalik-mgla', GOODS.soap.id);
  const prices = (products: LinkedBasket['basket']['products']) =>
    Object.fromEntries(products.map((one) => [one.product_id, [one.base_price, one.promo_price, one.lowest_price].map((price) => price && Number(price.gross))]));
  expect(prices(basket.basket.products)).toEqual({ 'szalik-mgla': [169, 129, 139], [GOODS.soap.id]: [SOAP, undefined, undefined] });
  const { summary } = basket.basket as unknown as { summary: Record<string, { gross: string }> };
  expect(['basket_base_price', 'basket_promo_price', 'basket_final_price'].map((name) => Number(summary[name]?.gross))).toEqual([169 + SOAP, 129 + SOAP, 129 + SOAP]);
  const order = await ordered(phone, basket, { ...PAY, delivery: 'COURIER' });
  expect(prices(order.order.products)['szalik-mgla']).toEqual([169, 129, 139]);
  await page.goto(`/thank-you?order=${order.order_id}`);
  await expect(page.locator('[data-order-total]')).toHaveText(zloty(129 + SOAP + DELIVERY.courier));
});
