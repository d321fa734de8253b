// The vendor's go-live scenario: a customer with an account. The baskets of guest and account become one, and stay linked.
import type { BrowserContext } from '@playwright/test';
import { emptied } from '../support/account.ts';
import { linked, put } from '../support/linked.ts';
import { DELIVERY, expectOrder, expectThankYou } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import type { LinkedBasket } from '../support/phone.ts';
import { ACCOUNTS, GOODS, Shop } from '../support/shop.ts';
import { expect, test as base } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

const SOAP = Number(GOODS.soap.gross);
const BOOK = Number(GOODS.book.gross);

const contents = ({ basket }: LinkedBasket) =>
  Object.fromEntries(basket.products.map(({ product_id, quantity }) => [product_id, quantity.quantity]));

/** Another device of the same customer. */
const test = base.extend<{ elsewhere: BrowserContext; empty: void }>({
  elsewhere: async ({ browser, baseURL }, use) => {
    const context = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), locale: 'pl-PL' });
    await use(context);
    await context.close();
  },
  empty: [
    async ({ playwright, baseURL }, use) => {
      const request = await playwright.request.newContext({ ...(baseURL === undefined ? {} : { baseURL }) });
      await emptied(request, baseURL ?? '', ACCOUNTS.hanka);
      await request.dispose();
      await use();
    },
    { auto: true },
  ],
});

test('a guest with a linked basket signs in: it stays linked, here and on every device of the account, and is ordered', async ({ page, baseURL, elsewhere, shop, widget, phone }) => {
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.signIn(ACCOUNTS.hanka);
  await shop.basket();
  await widget.expectLinked(1);
  const there = await elsewhere.newPage();
  await new Shop(there).signIn(ACCOUNTS.hanka);
  await new Shop(there).basket();
  await expect(new Shop(there).quantity(GOODS.soap)).toHaveValue('1');
  await new Shop(there).change(GOODS.soap, 2);
  const basket = await phone.basket((basket) => contents(basket)[GOODS.soap.id] === 2, 'two pieces on the phone');
  await widget.expectLinked(2);
  await phone.order(basket, { payment_type: 'BLIK_CODE', blik_code: BLIK.paid });
  await expectThankYou(page);
  const order = await phone.placedOrder();
  await expectOrder(page, order, 'paid', 2 * SOAP + DELIVERY.locker);
  // The account has it, on the other device too.
  expect(await (await there.request.get('/account')).text()).toContain(order.customer_order_id ?? 'no number');
});

test('the account\u2019s own basket is not empty: both become one, which the phone gets', async ({ page, baseURL, elsewhere, shop, widget, phone }) => {
  const there = await elsewhere.newPage();
  await new Shop(there).signIn(ACCOUNTS.hanka);
  await new Shop(there).add(GOODS.book);
  const before = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.signIn(ACCOUNTS.hanka);
  await expect(page.getByRole('status').filter({ hasText: 'leży teraz w koszyku twojego konta' })).toBeVisible();
  await shop.expectCount(2);
  await widget.expectLinked(2);
  const both = await phone.basket((basket) => basket.basket.products.length === 2, 'both products on the phone');
  expect(contents(both)).toEqual({ [GOODS.soap.id]: 1, [GOODS.book.id]: 1 });
  expect(both.inpost_basket_id, 'it is the same link').toBe(before.inpost_basket_id);
  await there.reload();
  await new Shop(there).expectCount(2);
  await phone.order(both, { payment_type: 'BLIK_CODE', blik_code: BLIK.paid });
  expect(Number((await phone.placedOrder()).total)).toBeCloseTo(SOAP + BOOK + DELIVERY.locker, 2);
});

test('the account\u2019s basket is the linked one: what the guest brings goes into it, and to the phone', async ({ page, baseURL, elsewhere, shop, widget, phone }) => {
  const there = await elsewhere.newPage();
  await new Shop(there).signIn(ACCOUNTS.hanka);
  const before = await linked(there, baseURL ?? '', phone, GOODS.book.id);
  await put(page, baseURL ?? '', GOODS.soap.id);
  await shop.signIn(ACCOUNTS.hanka);
  const both = await phone.basket((basket) => basket.basket.products.length === 2, 'both products on the phone');
  expect(both.inpost_basket_id).toBe(before.inpost_basket_id);
  await shop.expectCount(2);
  await new Shop(there).basket();
  await new Widget(there).expectLinked(2);
  // The device that has just come may link nothing anew: its first click says that it is linked.
  await shop.basket();
  await widget.button.click();
  await expect(widget.screen('panel')).toBeVisible();
});

test('both are linked, by two phones: the guest\u2019s goes on, the other phone has none any more', async ({ page, baseURL, elsewhere, shop, phone, otherPhone }) => {
  const there = await elsewhere.newPage();
  await new Shop(there).signIn(ACCOUNTS.hanka);
  await linked(there, baseURL ?? '', otherPhone, GOODS.book.id);
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.signIn(ACCOUNTS.hanka);
  const both = await phone.basket((basket) => basket.basket.products.length === 2, 'both products on the phone');
  expect(contents(both)).toEqual({ [GOODS.soap.id]: 1, [GOODS.book.id]: 1 });
  await otherPhone.noBasket();
});

test('signing out leaves nothing of it on this device, and the phone keeps the basket', async ({ page, baseURL, shop, widget, phone }) => {
  await shop.signIn(ACCOUNTS.hanka);
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.product(GOODS.soap);
  await widget.expectLinked(1);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Wyloguj się' }).click();
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Zaloguj się' })).toBeVisible();
  await shop.product(GOODS.soap);
  await widget.expectUnlinked();
  await shop.expectCount(0);
  await phone.setQuantity(await phone.basket(), GOODS.soap.id, 3);
  await shop.signIn(ACCOUNTS.hanka);
  await shop.expectCount(3);
});

test('a wrong password changes nothing: the guest\u2019s basket is as it was, and linked', async ({ page, baseURL, shop, widget, phone, control }) => {
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const before = await control.latest();
  await page.goto('/sign-in');
  await page.getByLabel('E-mail', { exact: true }).fill(ACCOUNTS.hanka.mail);
  await page.locator('#password').fill('zielona-nitka');
  await page.getByRole('main').getByRole('button').click();
  await expect(page.getByRole('alert')).toContainText('nie pasują do siebie');
  await shop.basket();
  await widget.expectLinked(1);
  for (const call of ['inpost.basket.put', 'inpost.binding.delete']) expect(await control.count(call, before), call).toBe(0);
});
