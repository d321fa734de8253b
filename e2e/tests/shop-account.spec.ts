// Signing in to the shop: by form and keyboard, and what becomes of the basket and its link to the app.
import type { Browser, Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { tabTo } from '../support/keyboard.ts';
import { linked } from '../support/linked.ts';
import { expectThankYou } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import { ACCOUNTS, GOODS, Shop, type Account } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

const title = (page: Page) => page.getByRole('heading', { level: 1 });

/** Another device of the same shopper. */
async function device(browser: Browser, baseURL: string | undefined): Promise<{ page: Page; shop: Shop; widget: Widget }> {
  const context = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), locale: 'pl-PL' });
  const page = await context.newPage();
  return { page, shop: new Shop(page), widget: new Widget(page) };
}

/** The account has an empty basket that is linked nowhere: an earlier test's is bought on the site. */
async function begin(browser: Browser, baseURL: string | undefined, account: Account): Promise<void> {
  const { page, shop } = await device(browser, baseURL);
  await shop.signIn(account);
  await shop.basket();
  if ((await title(page).textContent()) === 'Koszyk') {
    const checkout = (await page.request.get('/checkout')).text();
    const shown = /name="shown" value="([^"]+)"/.exec(await checkout)?.[1] ?? '';
    await page.request.post('/checkout', {
      form: {
        shown, name: 'Jan', surname: 'Poprzedni', mail: 'jan@example.com', phone: '512799999', delivery: 'parcel_locker',
        point: 'WAW01M', payment: 'transfer', 'consent-terms': '1', 'consent-privacy': '1',
      },
    });
    await shop.basket();
    await expect(title(page)).toHaveText('Koszyk jest pusty');
  }
  await page.context().close();
}

test('in and out with the keyboard; a wrong password is told', async ({ page, shop }) => {
  await page.goto('/');
  await page.getByRole('navigation').getByRole('link', { name: 'Zaloguj się' }).click();
  await expect(title(page)).toHaveText('Zaloguj się');
  await expectAccessible(page);
  const mail = page.getByLabel('E-mail', { exact: true });
  await tabTo(mail);
  await page.keyboard.type(ACCOUNTS.staszek.mail);
  await page.keyboard.press('Tab');
  await page.keyboard.type('not-the-password');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText(/nie pasują do siebie/);
  await expect(mail).toHaveValue(ACCOUNTS.staszek.mail);
  await expect(mail).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('#password')).toHaveValue('');
  expect(page.url()).not.toContain('staszek');
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page);

  await shop.signIn(ACCOUNTS.staszek);
  await expect(title(page)).toHaveText('Dzień dobry, Staszek');
  await expectAccessible(page);
  await expect(page.getByRole('navigation').getByRole('link', { name: /^Staszek/ })).toBeVisible();
  const out = page.getByRole('button', { name: 'Wyloguj się' });
  await tabTo(out);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Zaloguj się' })).toBeVisible();
});

test('the form works without scripts, in English', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), locale: 'en-GB', javaScriptEnabled: false });
  const page = await context.newPage();
  await new Shop(page, 'en').signIn(ACCOUNTS.staszek);
  await page.goto('/account?lang=en');
  await expect(title(page)).toHaveText('Hello, Staszek');
  await context.close();
});

test("a linked basket comes back on another device, linked as it was, and its order is among the account's", async ({ browser, baseURL, page, shop, phone }) => {
  test.slow();
  await begin(browser, baseURL, ACCOUNTS.hanka);
  await shop.signIn(ACCOUNTS.hanka);
  await linked(page, baseURL ?? '', phone, GOODS.soap.id, GOODS.book.id);

  const other = await device(browser, baseURL);
  await other.shop.signIn(ACCOUNTS.hanka);
  await other.shop.basket();
  await other.widget.expectLinked(2);
  // A change there reaches the app.
  await other.shop.change(GOODS.soap, 3);
  const basket = await phone.basket(({ basket }) => basket.products[0]?.quantity.quantity === 3, 'three pieces in the app');
  await phone.order(basket, { payment_type: 'BLIK_CODE', blik_code: BLIK.paid });
  await expectThankYou(other.page);
  const order = await phone.placedOrder();
  await page.goto('/account');
  await expect(page.locator(`[data-order-number="${order.customer_order_id}"]`)).toContainText('Przyjęte i opłacone');
  await page.getByRole('link', { name: order.customer_order_id ?? '' }).click();
  await expect(page.locator('[data-state]')).toHaveText('Przyjęte i opłacone');
  await shop.expectCount(0);
  await other.page.context().close();
});

test("a guest's linked basket becomes the account's, with what was in both, and stays linked", async ({ browser, baseURL, page, shop, widget, phone }) => {
  test.slow();
  await begin(browser, baseURL, ACCOUNTS.hanka);
  const other = await device(browser, baseURL);
  await other.shop.signIn(ACCOUNTS.hanka);
  await other.shop.add(GOODS.magazine);

  const guests = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.signIn(ACCOUNTS.hanka);
  await expect(page).toHaveURL(/\/basket\?merged=1$/);
  await expect(page.getByRole('status').first()).toContainText('leży teraz w koszyku twojego konta');
  await expectAccessible(page);
  await widget.expectLinked(2);
  const merged = await phone.basket(({ basket }) => basket.products.length === 2, 'both products in the app');
  expect(merged.inpost_basket_id).toBe(guests.inpost_basket_id);
  // The other device has the same basket, and knows that it is linked.
  await other.shop.basket();
  await other.widget.expectLinked(2);
  await other.page.context().close();
});

test('both baskets were linked: the older link ends, in its app too', async ({ browser, baseURL, page, shop, widget, phone, otherPhone }) => {
  test.slow();
  await begin(browser, baseURL, ACCOUNTS.hanka);
  const other = await device(browser, baseURL);
  await other.shop.signIn(ACCOUNTS.hanka);
  await linked(other.page, baseURL ?? '', otherPhone, GOODS.book.id);

  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.signIn(ACCOUNTS.hanka);
  await otherPhone.noBasket();
  const merged = await phone.basket(({ basket }) => basket.products.length === 2, 'both products in the app');
  expect(merged.basket.products.map(({ product_id }) => product_id).sort()).toEqual([GOODS.book.id, GOODS.soap.id]);
  await shop.basket();
  await widget.expectLinked(2);
  await other.page.context().close();
});

test('what has no room in the merged basket is told', async ({ browser, baseURL, page, shop }) => {
  test.slow();
  await begin(browser, baseURL, ACCOUNTS.hanka);
  const other = await device(browser, baseURL);
  await other.shop.signIn(ACCOUNTS.hanka);
  await other.shop.add(GOODS.soap);
  await other.shop.basket();
  await other.shop.change(GOODS.soap, 8);
  await other.page.context().close();

  await shop.add(GOODS.soap);
  await shop.basket();
  await shop.change(GOODS.soap, 6);
  await shop.signIn(ACCOUNTS.hanka);
  await expect(page.getByRole('status').first()).toContainText(`Nie zmieściło się: 4 × ${GOODS.soap.name}`);
  await expect(shop.quantity(GOODS.soap)).toHaveValue('10');
});

test('signing out leaves a stranger nothing', async ({ browser, baseURL, page, shop, widget, phone }) => {
  await begin(browser, baseURL, ACCOUNTS.hanka);
  await shop.signIn(ACCOUNTS.hanka);
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Wyloguj się' }).click();
  await shop.basket();
  await expect(title(page)).toHaveText('Koszyk jest pusty');
  await shop.product(GOODS.book);
  await widget.expectUnlinked();
  await shop.signIn(ACCOUNTS.hanka);
  await shop.basket();
  await widget.expectLinked(1);
});
