// The shop's own checkout: bought on the site, without the app, and what the app hears of it.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { tabTo } from '../support/keyboard.ts';
import { linked } from '../support/linked.ts';
import { zloty } from '../support/orders.ts';
import { mustNotBeLogged } from '../support/people.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

const CUSTOMER = { name: 'Bronisława', surname: 'Wątróbska-Ćwikła', mail: 'bronia@wyspa.example', phone: '512 799 123' } as const;

const total = (page: Page) => page.locator('[data-checkout-total]');
const order = (page: Page) => page.getByRole('button', { name: 'Zamawiam z obowiązkiem zapłaty' });
const title = (page: Page) => page.getByRole('heading', { level: 1 });

/** Fills in who orders, where to, and what has to be agreed to. */
async function fill(page: Page): Promise<void> {
  mustNotBeLogged(
    { what: 'a name', text: CUSTOMER.surname },
    { what: 'an e-mail address', text: CUSTOMER.mail },
    { what: 'a phone number', text: CUSTOMER.phone.replaceAll(' ', '') },
  );
  await page.getByLabel('Imię').fill(CUSTOMER.name);
  await page.getByLabel('Nazwisko').fill(CUSTOMER.surname);
  await page.getByLabel('E-mail', { exact: true }).fill(CUSTOMER.mail);
  await page.getByLabel('Telefon').fill(CUSTOMER.phone);
  await page.getByRole('checkbox', { name: /Akceptuję regulamin/ }).check();
  await page.getByRole('checkbox', { name: /przetwarza moje dane/ }).check();
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a shopper orders to a locker and pays by transfer', async ({ page, shop }) => {
    await shop.add(GOODS.soap);
    await shop.basket();
    await page.getByRole('link', { name: 'Zamów tutaj, bez aplikacji' }).click();
    await expect(title(page)).toHaveText('Dostawa i płatność');
    await expect(total(page)).toHaveText(zloty(24.5 + 12.99));
    await fill(page);
    await page.getByLabel('Kod automatu paczkowego').fill('ist01m');
    await page.getByRole('checkbox', { name: /Pakowanie na prezent/ }).check();
    await page.getByRole('button', { name: 'Przelicz' }).click();
    await expect(total(page)).toHaveText(zloty(24.5 + 12.99 + 9.9));
    await expect(page.getByLabel('Nazwisko')).toHaveValue(CUSTOMER.surname);
    await order(page).click();
    await expect(title(page)).toHaveText('Dziękujemy!');
    await expect(page).toHaveURL(/\/thank-you\?order=[\w-]+$/);
    await expect(page.getByRole('main')).toContainText('Numer konta');
    await expect(page.getByRole('main')).toContainText('IST01M');
    await expect(page.locator('[data-order-total]')).toHaveText(zloty(24.5 + 12.99 + 9.9));
    await expect(page.getByRole('main')).not.toContainText(CUSTOMER.surname);
    await shop.expectCount(0);
  });
});

test('the total follows the delivery, the extras and the payment; a courier needs an address', async ({ page, shop }) => {
  await shop.add(GOODS.soap);
  await page.goto('/checkout');
  await expect(page.getByRole('button', { name: 'Przelicz' })).toBeHidden();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  }
  const weekend = page.getByRole('checkbox', { name: /Paczka w Weekend/ });
  await weekend.check();
  await page.getByRole('radio', { name: /Przy odbiorze/ }).check();
  await expect(total(page)).toHaveText(zloty(24.5 + 12.99 + 5 + 4));
  await expect(page.getByLabel('Ulica i numer')).toBeHidden();
  await page.getByRole('radio', { name: /Kurier/ }).check();
  await expect(weekend, 'the courier does not come on weekends').toBeHidden();
  await expect(page.getByLabel('Kod automatu paczkowego')).toBeHidden();
  await expect(total(page)).toHaveText(zloty(24.5 + 16.99 + 5));

  await fill(page);
  await page.getByLabel('Kod pocztowy').fill('43470');
  await order(page).click();
  await expect(page.getByRole('alert')).toHaveText('Popraw, proszę, zaznaczone pola.');
  await expect(page.getByLabel('Ulica i numer')).toHaveAccessibleDescription('Wypełnij to pole.');
  await expect(page.getByLabel('Kod pocztowy')).toHaveAccessibleDescription('Kod pocztowy wygląda tak: 43-470.');
  await expect(total(page)).toHaveText(zloty(24.5 + 16.99 + 5));
  await expectAccessible(page);
  await page.getByLabel('Ulica i numer').fill('Leśna 1');
  await page.getByLabel('Kod pocztowy').fill('43-470');
  await page.getByLabel('Miejscowość').fill('Istebna');
  await order(page).click();
  await expect(title(page)).toHaveText('Dziękujemy!');
  await expect(page.locator('[data-state]')).toHaveText('Przyjęte, płatność przy odbiorze');
  await expectAccessible(page);
});

test('with the keyboard alone, a file by e-mail', async ({ page }) => {
  await page.goto('/product/ebook-pierwszy-sweter');
  await page.getByRole('button', { name: 'Dodaj do koszyka' }).press('Enter');
  await page.goto('/basket');
  const here = page.getByRole('link', { name: 'Zamów tutaj, bez aplikacji' });
  await tabTo(here);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('radio', { name: /E-mail/ })).toBeChecked();
  await expect(page.getByRole('radio', { name: /Przy odbiorze/ })).toHaveCount(0);
  await tabTo(page.getByLabel('Imię'));
  for (const text of [CUSTOMER.name, CUSTOMER.surname, CUSTOMER.mail, CUSTOMER.phone]) {
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }
  for (const name of [/Akceptuję regulamin/, /przetwarza moje dane/]) {
    await tabTo(page.getByRole('checkbox', { name }));
    await page.keyboard.press('Space');
  }
  await tabTo(order(page));
  await page.keyboard.press('Enter');
  await expect(title(page)).toHaveText('Dziękujemy!');
  await expect(page.locator('[data-order-total]')).toHaveText(zloty(32));
});

test('a linked basket that is bought on the site leaves the app, and a second tab is not left behind', async ({ context, baseURL, page, shop, widget, phone, control }) => {
  test.slow();
  await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await shop.basket();
  await widget.expectLinked(1);
  const before = await control.latest();
  const second = await context.newPage();
  await new Shop(second).product(GOODS.book);
  await new Widget(second).expectLinked(1);
  await page.bringToFront();
  await page.goto('/checkout');
  await fill(page);
  await page.getByLabel('Kod automatu paczkowego').fill('IST01M');
  await order(page).click();
  await expect(title(page)).toHaveText('Dziękujemy!');
  await phone.noBasket();
  await control.called('inpost.binding.delete', before);
  expect((await phone.screen()).orders).toEqual([]);
  await new Widget(second).expectUnlinked();
  await new Shop(second).expectCount(0);
  await shop.product(GOODS.book);
  await widget.expectUnlinked();
  await shop.expectCount(0);
});
