// The demo shop's own pages, without the wallet: forms, variants, codes, stock, languages, keyboard, axe.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { zloty } from '../support/orders.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const alert = (page: Page) => page.getByRole('alert');
const lines = (page: Page) => page.getByRole('main').getByRole('listitem').filter({ has: page.getByRole('spinbutton') });
const total = (page: Page) => page.locator('[data-basket-total]');

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a shopper fills a basket, changes it and empties it', async ({ page, shop }) => {
    await shop.product(GOODS.soap);
    await page.getByLabel('Ilość').fill('3');
    await page.getByRole('button', { name: 'Dodaj do koszyka' }).click();
    await expect(page.getByRole('status')).toContainText('Jest w koszyku.');
    await shop.expectCount(3);
    await shop.add(GOODS.book);
    await page.getByRole('link', { name: 'Przejdź do koszyka' }).click();
    await expect(lines(page)).toHaveCount(2);
    await expect(total(page)).toHaveText(zloty(3 * 24.5 + 59));

    await shop.change(GOODS.soap, 2);
    await expect(total(page)).toHaveText(zloty(2 * 24.5 + 59));
    await page.reload();
    await expect(total(page), 'a reload repeats nothing').toHaveText(zloty(2 * 24.5 + 59));
    await shop.remove(GOODS.book);
    await expect(lines(page)).toHaveCount(1);
    await shop.remove(GOODS.soap);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Koszyk jest pusty');
    await shop.expectCount(0);
  });

  test('a variant is chosen by its options, and none is refused with words', async ({ page, shop }) => {
    await shop.product(GOODS.socks);
    // A browser stops a form without a required choice; whoever sends it anyway is told.
    await page.goto('/product/skarpety-baca?error=options');
    await expect(alert(page)).toHaveText('Wybierz najpierw wariant.');
    await page.getByRole('radio', { name: '39–41' }).check({ force: true });
    await page.getByRole('button', { name: 'Dodaj do koszyka' }).click();
    await expect(page).toHaveURL(/variant=skarpety-baca-39-41/);
    await shop.basket();
    await expect(lines(page)).toContainText('Rozmiar: 39–41');
  });

  test('a sent form that is sent again adds once', async ({ page, shop }) => {
    await shop.product(GOODS.soap);
    const form = {
      product: GOODS.soap.id,
      quantity: '1',
      request_id: await page.locator('input[name=request_id]').inputValue(),
    };
    for (let sent = 0; sent < 3; sent += 1) expect((await page.request.post('/basket/items', { form })).ok()).toBe(true);
    await shop.basket();
    await shop.expectCount(1);
  });
});

test('what a form cannot mean is told, and changes nothing', async ({ page, shop }) => {
  await shop.add(GOODS.soap);
  const send = async (path: string, form: Record<string, string>) => {
    const answer = await page.request.post(path, { form });
    expect(answer.status(), path).toBe(200);
    return answer.text();
  };
  const id = 'a-new-request-id';
  for (const [form, says] of [
    [{ product: GOODS.soap.id, quantity: '0', request_id: id }, 'Tego nie udało się odczytać'],
    [{ product: GOODS.soap.id, quantity: '-1', request_id: id }, 'Tego nie udało się odczytać'],
    [{ product: GOODS.soap.id, quantity: 'many', request_id: id }, 'Tego nie udało się odczytać'],
    [{ product: GOODS.soap.id, quantity: '1', request_id: 'short' }, 'Tego nie udało się odczytać'],
    [{ product: GOODS.soap.id, quantity: '11', request_id: id }, 'Do jednego koszyka mieści się najwyżej: 10'],
    [{ product: GOODS.soap.id, quantity: '4000000000', request_id: id }, 'Nie mamy tylu sztuk'],
    [{ product: GOODS.socks.id, quantity: '1', request_id: id }, 'Wybierz najpierw wariant.'],
    [{ product: GOODS.socks.id, quantity: '1', request_id: id, option1: '99' }, 'Wybierz najpierw wariant.'],
    [{}, 'Tego nie udało się odczytać'],
  ] as const) {
    expect(await send('/basket/items', form as Record<string, string>), JSON.stringify(form)).toContain(says);
  }
  expect(await send('/basket/lines', { product: GOODS.soap.id, quantity: '1000' })).toContain('Nie mamy tylu sztuk');
  expect(await send('/basket/lines', { product: 'unicorn', quantity: '1' })).not.toContain('unicorn');
  await shop.basket();
  await expect(lines(page)).toHaveCount(1);
  await shop.expectCount(1);
  // A form on somebody else's page changes nothing either.
  const foreign = await page.request.post('/basket/items', {
    form: { product: GOODS.soap.id, quantity: '1', request_id: id },
    headers: { origin: 'https://evil.example' },
  });
  expect(foreign.status()).toBe(403);
  await page.reload();
  await shop.expectCount(1);
});

test('a variant changes picture, price, stock and address; the one that is gone cannot be chosen', async ({ page }) => {
  await page.goto('/product/sweter-watra');
  const picture = page.locator('[data-product-picture]');
  await expect(page.locator('[data-product-stock]')).toHaveText('Wybierz wariant, a powiemy, ile zostało');
  await page.getByRole('radio', { name: 'M', exact: true }).check({ force: true });
  await page.getByRole('radio', { name: 'grafit' }).check({ force: true });
  await expect(picture).toHaveAttribute('src', /grafit/);
  await expect(page).toHaveURL(/variant=sweter-watra-m-grafit/);
  await expect(page.locator('[data-product-stock]')).toHaveText('Na półce, wysyłamy od ręki');
  await page.getByRole('radio', { name: 'L', exact: true }).check({ force: true });
  await expect(page.locator('[data-product-stock]')).toHaveText('Wyprzedane');
  await expect(page.getByRole('button', { name: 'Dodaj do koszyka' })).toBeDisabled();
  await page.getByRole('radio', { name: 'owies' }).check({ force: true });
  await page.getByRole('button', { name: 'Dodaj do koszyka' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Jest w koszyku.' })).toBeVisible();
  await page.goto('/basket');
  await expect(lines(page)).toContainText('Rozmiar: L · Kolor: owies');
});

test('what is sold out, the last piece, and what is reduced are told as such', async ({ page, shop }) => {
  await page.goto('/');
  const card = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
  await expect(card(GOODS.kilim.name)).toContainText('Wyprzedane');
  await expect(card(GOODS.mittens.name)).toContainText('Ostatnia sztuka');
  await expect(card('Szalik „Mgła”')).toContainText(/Cena regularna: 169,00\s.*129,00/s);
  await expect(card('Szalik „Mgła”')).toContainText('Najniższa cena z 30 dni przed obniżką: 139,00');
  await card(GOODS.kilim.name).getByRole('link').click();
  await expect(page.getByRole('main')).toContainText('Następne są już na drutach');
  await expect(page.getByRole('button', { name: 'Dodaj do koszyka' })).toHaveCount(0);

  await shop.product(GOODS.mittens);
  await expect(page.locator('[data-product-stock]')).toHaveText('Ostatnia sztuka');
  await expect(page.getByLabel('Ilość')).toHaveAttribute('max', '1');
  await shop.add(GOODS.mittens);
  await page.getByRole('button', { name: 'Dodaj do koszyka' }).click();
  await expect(alert(page)).toContainText('Nie mamy tylu sztuk');
  await shop.basket();
  await expect(shop.quantity(GOODS.mittens)).toHaveValue('1');
});

test('codes: one that works, one that does not, one that is over, one taken out', async ({ page, shop }) => {
  await shop.add(GOODS.book);
  await shop.basket();
  const add = async (code: string) => {
    await page.getByLabel('Kod rabatowy').fill(code);
    await page.getByRole('button', { name: 'Dodaj kod' }).click();
  };
  for (const bad of ['NOPE', 'ZIMA15', 'CIEPLO20', '<b>x</b>']) {
    await add(bad);
    await expect(alert(page)).toContainText('Ten kod nie działa');
    await expect(page.getByLabel('Kod rabatowy')).toHaveValue(new RegExp(bad.replace(/[<>/]/g, '.'), 'i'));
    await expect(total(page)).toHaveText(zloty(59));
  }
  await add(' klebek10 ');
  await expect(alert(page)).toHaveCount(0);
  await expect(total(page)).toHaveText(zloty(53.1));
  await expect(page.getByRole('main')).toContainText('10% na pierwsze zakupy');
  await page.getByRole('button', { name: 'Usuń kod KLEBEK10' }).click();
  await expect(total(page)).toHaveText(zloty(59));
});

test('the other language is one click away and stays, and the browser\u2019s own is spoken without', async ({ browser, baseURL, page }) => {
  await page.goto('/product/szalik-mgla');
  await expect(page.locator('html')).toHaveAttribute('lang', 'pl');
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('“Mgła” scarf');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: 'Add to basket' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'It is in the basket.' })).toBeVisible();
  await page.getByRole('link', { name: 'Go to the basket' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Basket');
  await expect(page.locator('[data-basket-total]')).toHaveText('PLN\u00a0129.00');
  await page.getByRole('link', { name: 'Polski' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Koszyk');

  const guest = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), locale: 'en-GB' });
  const theirs = await guest.newPage();
  await theirs.goto('/');
  await expect(theirs.getByRole('heading', { level: 1 })).toHaveText('Wool takes its time');
  await guest.close();
});

test('with the keyboard alone: from the first Tab to a basket with two pieces', async ({ page, shop }) => {
  await page.goto('/product/mydlo-lanolina');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Przejdź do treści' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  const quantity = page.getByLabel('Ilość');
  for (let tabs = 0; tabs < 5 && !(await quantity.evaluate((field) => field === document.activeElement)); tabs += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(quantity).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'Jest w koszyku.' })).toBeVisible();
  await shop.expectCount(2);
  // Everything that can be pressed shows that it has the focus.
  for (let tabs = 0; tabs < 12; tabs += 1) {
    await page.keyboard.press('Tab');
    const shown = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      if (!element || element === document.body) return true;
      const { outlineStyle, boxShadow } = getComputedStyle(element);
      return outlineStyle !== 'none' || boxShadow !== 'none';
    });
    expect(shown, `the focus shows after ${tabs + 1} tabs`).toBe(true);
  }
});

test('no page is wider than its window, and nothing is out of reach', async ({ page, shop }) => {
  await shop.add(GOODS.soap);
  for (const path of ['/', '/product/mydlo-lanolina', '/product/sweter-watra', '/basket', '/terms', '/nowhere']) {
    await page.goto(path);
    const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    expect(inner, path).toBeLessThanOrEqual(outer ?? 0);
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page, ${colorScheme}`, async ({ page, shop }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const path of ['/', '/product/szalik-mgla', '/product/sweter-watra?variant=sweter-watra-m-owies', '/terms', '/nowhere']) {
      await page.goto(path);
      await expectAccessible(page);
    }
    await shop.add(GOODS.soap);
    await shop.basket();
    await page.getByLabel('Kod rabatowy').fill('KLEBEK10');
    await page.getByRole('button', { name: 'Dodaj kod' }).click();
    await expect(page.getByText('Twoje kody')).toBeVisible();
    await expectAccessible(page);
  });
}

test('another address is a friendly 404 in the shop\u2019s own clothes', async ({ page }) => {
  for (const path of ['/nowhere', '/product/unicorn', '/product/..%2F..%2Fetc', '/wp-login.php']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tu kończy się nitka');
  }
  await page.getByRole('link', { name: 'Zobacz, co mamy' }).click();
  await expect(page).toHaveURL(/\/$/);
});

test('two shoppers have two baskets', async ({ browser, baseURL, page, shop }) => {
  await shop.add(GOODS.soap);
  const other = await browser.newContext({ ...(baseURL === undefined ? {} : { baseURL }), locale: 'pl-PL' });
  const theirs = await other.newPage();
  const theirShop = new Shop(theirs);
  await theirShop.basket();
  await theirShop.expectCount(0);
  await theirShop.add(GOODS.book);
  await theirShop.expectCount(1);
  await other.close();
  await shop.basket();
  await expect(lines(page)).toHaveCount(1);
  await expect(lines(page)).toContainText(GOODS.soap.name);
});
