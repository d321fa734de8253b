// The sandbox's phone as a page: whoever tries the shop holds it in their other hand.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { tabTo } from '../support/keyboard.ts';
import { linked } from '../support/linked.ts';
import { expectOrder, expectThankYou, zloty } from '../support/orders.ts';
import { SPECIAL, type Person } from '../support/people.ts';
import { GOODS } from '../support/shop.ts';
import type { Stage } from '../support/stage.ts';
import { expect, test } from '../support/test.ts';
import { until } from '../support/until.ts';

/** The phone of a person, in a tab of its own. */
async function take(context: BrowserContext, stage: Stage, person: Person): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${stage.sandboxUrl}/phone/${person.number}`);
  await expect(page.getByText('Brak nowych powiadomień')).toBeVisible();
  return page;
}

/** The shop asks to link a basket with one product, as its button would. */
async function ask(page: Page, stage: Stage, person: Person): Promise<void> {
  const post = async (path: string, data: unknown) => {
    const answer = await page.request.post(`${stage.url}/api/widget/${path}`, { data, headers: { origin: stage.url } });
    expect(answer.status()).toBe(200);
  };
  await post('items', { product_id: GOODS.soap.id, request_id: 'a-click-of-this-test' });
  await post('bind', { method: 'phone', prefix: person.prefix, phone: person.phone, binding_place: 'PRODUCT_CARD', browser: { description: 'Firefox', user_agent: '', platform: '', architecture: '' } });
}

const status = async (page: Page, stage: Stage) =>
  ((await (await page.request.get(`${stage.url}/api/widget/link`)).json()) as { status: string }).status;

const push = (page: Page) => page.getByRole('button', { name: /Połączyć koszyk\?/ });
const title = (page: Page) => page.getByRole('heading', { level: 1 });

test('whose phone is it: a number is typed, a wrong one is told, and recent ones are offered', async ({ stage, page, person }) => {
  test.slow();
  await page.goto(`${stage.sandboxUrl}/phone`);
  await expect(title(page)).toHaveText('Czyj to telefon?');
  const field = page.getByLabel('Numer telefonu z kodem kraju');
  for (const wrong of ['', '12', 'six', '0048']) {
    await field.fill(wrong);
    await page.getByRole('button', { name: 'Weź ten telefon' }).click();
    await expect(page.getByRole('alert')).toContainText('od 7 do 15 cyfr');
    await expect(field).toHaveAttribute('aria-invalid', 'true');
  }
  await expectAccessible(page);
  await field.fill(person.phone.replace(/(...)(?=.)/g, '$1 '));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/phone/${person.number}`));
  await expect(page.getByText('Brak nowych powiadomień')).toBeVisible();
  await expectAccessible(page);

  await ask(page, stage, person);
  await page.goto(`${stage.sandboxUrl}/phone`);
  await page.getByRole('link', { name: /czeka 1 prośba/ }).filter({ hasText: person.phone.slice(0, 3) }).first().click();
  await expect(title(page)).toHaveText('Zablokowany telefon');
});

test('tapping: the push comes by itself, is approved, ordered and paid, and the shop\u2019s page thanks', async ({ context, stage, page, shop, widget, person, isMobile }) => {
  test.slow();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await shop.product(GOODS.soap);
  const hand = await take(context, stage, person);
  await hand.emulateMedia({ colorScheme: isMobile ? 'dark' : 'light', reducedMotion: 'reduce' });
  await page.bringToFront();
  await widget.ask(person);
  await hand.bringToFront();
  await expect(push(hand), 'without a reload').toBeVisible();
  await expectAccessible(hand);
  await push(hand).click();
  await expect(title(hand)).toHaveText('Połączyć ten koszyk?');
  await expect(hand.getByRole('main')).toContainText('Kłębek');
  await expect(hand.getByRole('main')).toContainText('strona produktu');
  await expectAccessible(hand);
  await hand.getByRole('switch', { name: /Zaufaj tej przeglądarce/ }).check({ force: true });
  await hand.getByRole('button', { name: 'Potwierdź' }).click();
  await expect(title(hand)).toHaveText('Koszyk połączony');
  await expectAccessible(hand);
  await page.bringToFront();
  await widget.expectLinked(1);
  await expect(widget.button).toContainText(person.masked);
  await hand.bringToFront();

  await hand.getByRole('link', { name: 'Otwórz koszyk' }).click();
  await expect(hand.getByRole('main')).toContainText(GOODS.soap.name);
  await hand.getByRole('button', { name: `Jeszcze jeden: ${GOODS.soap.name}` }).click();
  await expect(hand.getByRole('group', { name: `Ilość: ${GOODS.soap.name}` })).toContainText('2 szt.');
  await hand.getByLabel('Kod rabatowy').fill('KLEBEK10');
  await hand.locator('#promo-add').click();
  await expect(hand.getByRole('button', { name: 'Usuń kod KLEBEK10' })).toBeVisible();
  await expect(hand.getByRole('main')).toContainText('Kod rabatowy został dodany.');
  await expectAccessible(hand);

  await hand.getByRole('link', { name: 'Dostawa i płatność' }).click();
  await expect(title(hand)).toHaveText('Dostawa i płatność');
  await hand.getByRole('radio', { name: /Kurier/ }).check({ force: true });
  await hand.getByRole('checkbox', { name: /Pakowanie na prezent/ }).check({ force: true });
  const pay = hand.getByRole('button', { name: /Zamawiam i płacę/ });
  const total = 2 * 24.5 - 4.9 + 16.99 + 9.9;
  await expect(pay).toContainText(total.toFixed(2).replace('.', ','));
  await pay.click();
  await expect(hand.getByRole('alert')).toHaveText('Najpierw zaakceptuj wymagane zgody.');
  await hand.getByRole('checkbox', { name: /Akceptuję regulamin/ }).check({ force: true });
  await hand.getByRole('checkbox', { name: /przetwarza moje dane/ }).check({ force: true });
  await pay.click();
  await expect(hand.getByRole('alert')).toHaveText('Kod BLIK ma sześć cyfr.');
  await expectAccessible(hand);
  await hand.getByRole('button', { name: /500500/ }).click();
  await pay.click();

  // Declined: the order stands, and is paid on its own screen.
  await expect(hand.getByRole('alert')).toContainText('Bank odrzucił płatność');
  await expect(title(hand)).toHaveText(/^Zamówienie /);
  await expectAccessible(hand);
  await hand.getByRole('button', { name: /777111/ }).click();
  await hand.getByRole('button', { name: /Zapłać/ }).click();
  await expect(title(hand)).toHaveText('Zapłacone');
  await hand.getByRole('link', { name: 'Zobacz zamówienie' }).click();
  await expect(hand.getByRole('main')).toContainText('opłacone');
  await hand.getByRole('link', { name: 'Wstecz' }).click();
  await expect(title(hand)).toHaveText(/Dzień dobry/);
  await expectAccessible(hand);

  await page.bringToFront();
  await expectThankYou(page);
  await expect(page.locator('[data-order-total]')).toHaveText(zloty(total));
  await expect(page.locator('[data-state]')).toHaveText('Przyjęte i opłacone');
});

test('with the keyboard alone: the push is approved, ordered and paid', async ({ context, stage, page, shop, widget, person, phone }) => {
  test.slow();
  await shop.product(GOODS.soap);
  const hand = await take(context, stage, person);
  await page.bringToFront();
  await widget.ask(person);
  await hand.bringToFront();
  const press = async (name: RegExp | string, role: 'button' | 'link' | 'switch' | 'radio' | 'checkbox' | 'textbox', key = 'Enter') => {
    const target = hand.getByRole(role, { name });
    await expect(target).toBeVisible();
    await tabTo(target);
    await hand.keyboard.press(key);
  };
  await press(/Połączyć koszyk\?/, 'button');
  await expect(title(hand)).toBeFocused();
  await press(/Zaufaj tej przeglądarce/, 'switch', 'Space');
  await press('Potwierdź', 'button');
  await expect(title(hand)).toHaveText('Koszyk połączony');
  await expect(title(hand)).toBeFocused();
  await press('Otwórz koszyk', 'link');
  const more = hand.getByRole('button', { name: `Jeszcze jeden: ${GOODS.soap.name}` });
  await tabTo(more);
  await hand.keyboard.press('Enter');
  await expect(hand.getByRole('group', { name: `Ilość: ${GOODS.soap.name}` })).toContainText('2 szt.');
  await expect(more, 'the screen is drawn anew around the focus').toBeFocused();
  await press('Dostawa i płatność', 'link');
  await press(/Akceptuję regulamin/, 'checkbox', 'Space');
  await press(/przetwarza moje dane/, 'checkbox', 'Space');
  await tabTo(hand.getByRole('textbox', { name: 'Kod BLIK' }));
  await hand.keyboard.type('777111');
  await hand.keyboard.press('Enter');
  await expect(title(hand)).toHaveText('Zapłacone');
  await expect(title(hand)).toBeFocused();
  await page.bringToFront();
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', 2 * 24.5 + 12.99);
  expect((await phone.screen()).trusted_browsers).toHaveLength(1);
});

test('rejecting: the request goes, the shop is told, and an answer twice is none', async ({ context, stage, page, person }) => {
  const hand = await take(context, stage, person);
  await ask(page, stage, person);
  await push(hand).click();
  await hand.getByRole('button', { name: 'Odrzuć' }).click();
  await expect(title(hand)).toHaveText('Prośba odrzucona');
  await expectAccessible(hand);
  await until('the shop to know', async () => (await status(page, stage)) === 'unlinked');
  await hand.goBack();
  await expect(hand.getByRole('button', { name: 'Potwierdź' })).toHaveCount(0);
});

test('a request that is taken back leaves by itself', async ({ context, stage, page, person }) => {
  const hand = await take(context, stage, person);
  await ask(page, stage, person);
  await push(hand).click();
  await expect(hand.getByRole('main')).toContainText(/Pozostało(10:00|9:5\d)/);
  await page.request.post(`${stage.url}/api/widget/cancel`, { headers: { origin: stage.url } });
  await expect(title(hand)).toHaveText('Tej prośby już nie ma');
  await expectAccessible(hand);
  await hand.getByRole('link', { name: 'Na początek' }).click();
  await expect(hand.getByText('Nie ma jeszcze koszyka.')).toBeVisible();
});

test('nobody is signed in: signing in and approving is one tap', async ({ context, stage, page, phoneOf }) => {
  await phoneOf(SPECIAL.signedOut);
  const hand = await context.newPage();
  await hand.goto(`${stage.sandboxUrl}/phone/${SPECIAL.signedOut.number}`);
  await ask(page, stage, SPECIAL.signedOut);
  await push(hand).first().click();
  await expect(hand.getByRole('main')).toContainText('Nie jesteś zalogowany do InPost Pay.');
  await expectAccessible(hand);
  await hand.getByRole('button', { name: 'Zaloguj się i potwierdź' }).click();
  await expect(title(hand)).toHaveText('Koszyk połączony');
  await hand.goto(`${stage.sandboxUrl}/phone/${SPECIAL.signedOut.number}#/home`);
  await hand.getByRole('button', { name: 'Wyloguj z InPost Pay' }).click();
  await expect(hand.getByRole('button', { name: 'Zaloguj do InPost Pay' })).toBeVisible();
});

test('deleting the basket asks first; then the shop\u2019s page is unlinked', async ({ context, stage, page, shop, widget, person, phone }) => {
  test.slow();
  await shop.product(GOODS.soap);
  await widget.link(phone);
  const hand = await context.newPage();
  await hand.goto(`${stage.sandboxUrl}/phone/${person.number}#/home`);
  await hand.getByRole('link', { name: /Kłębek/ }).click();
  const open = hand.getByRole('button', { name: 'Usuń ten koszyk' });
  await open.click();
  const dialog = hand.getByRole('dialog', { name: 'Usunąć ten koszyk?' });
  await expect(dialog).toBeVisible();
  await expectAccessible(hand);
  await hand.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect((await phone.screen()).baskets).toHaveLength(1);
  await open.click();
  await dialog.getByRole('button', { name: 'Usuń' }).click();
  await expect(hand.getByText('Nie ma jeszcze koszyka.')).toBeVisible();
  await page.bringToFront();
  await widget.expectUnlinked();
  expect((await phone.screen()).baskets).toEqual([]);
});

test('the sandbox goes away and comes back: the phone says so, and shows what happened meanwhile', async ({ context, stage, page, person }) => {
  const hand = await take(context, stage, person);
  await stage.sandbox.kill();
  const offline = hand.getByRole('banner').getByText('Brak połączenia. Ponawiam próbę.');
  await expect(offline).toBeVisible();
  await stage.sandbox.start();
  await ask(page, stage, person);
  await expect(push(hand)).toBeVisible({ timeout: 15_000 });
  await expect(offline).toHaveCount(0);
});

test('it speaks English too, and remembers it', async ({ context, stage, person }) => {
  const hand = await take(context, stage, person);
  await hand.getByRole('button', { name: 'Odblokuj' }).click();
  await hand.getByRole('button', { name: 'English' }).last().click();
  await expect(hand.getByRole('heading', { name: 'Baskets' })).toBeVisible();
  await expect(hand.locator('html')).toHaveAttribute('lang', 'en');
  await expectAccessible(hand);
  await hand.reload();
  await expect(hand.getByRole('heading', { name: 'Baskets' })).toBeVisible();
});

/** The shop shows a code, as its button would; its text, which is the app's link too. */
async function showCode(page: Page, stage: Stage): Promise<string> {
  const post = (path: string, data: unknown) => page.request.post(`${stage.url}/api/widget/${path}`, { data, headers: { origin: stage.url } });
  expect((await post('items', { product_id: GOODS.soap.id, request_id: 'a-code-of-this-test' })).status()).toBe(200);
  const answer = await post('bind', { method: 'deep_link', binding_place: 'PRODUCT_CARD', browser: { description: 'Firefox', user_agent: '', platform: '', architecture: '' } });
  expect(answer.status()).toBe(200);
  return ((await answer.json()) as { qr_code: string }).qr_code;
}

test('a link on its way: a phone is picked, the request opens, and the basket is the newest', async ({ context, stage, page, shop, person, phone }) => {
  test.slow();
  const link = await showCode(page, stage);
  const hand = await context.newPage();
  await hand.goto(`${stage.sandboxUrl}/phone/open?link=${encodeURIComponent(link)}`);
  await expect(hand.getByRole('main')).toContainText('Który telefon skanuje kod');
  await expectAccessible(hand);
  await hand.getByLabel('Numer telefonu z kodem kraju').fill(`+${person.number}`);
  await hand.keyboard.press('Enter');
  await expect(title(hand)).toHaveText('Połączyć ten koszyk?');
  await expect(hand.getByRole('main')).toContainText('Kłębek');
  await shop.basket();
  await shop.change(GOODS.soap, 3);
  await hand.bringToFront();
  await hand.getByRole('button', { name: 'Potwierdź' }).click();
  await expect(title(hand)).toHaveText('Koszyk połączony');
  await until('the shop to know', async () => (await status(page, stage)) === 'linked');
  expect((await phone.basket()).basket.products[0]?.quantity.quantity).toBe(3);
});

test('a link is pasted on the start screen: a wrong one is told, the right one opens the request', async ({ context, stage, page, person }) => {
  const hand = await take(context, stage, person);
  await hand.getByRole('button', { name: 'Odblokuj' }).click();
  const field = hand.getByLabel('Wklej / zeskanuj link');
  await field.fill('inpostsandbox://izilink?basket_id=unknown');
  await hand.keyboard.press('Enter');
  await expect(hand.getByRole('alert')).toContainText('Ten link lub kod nie należy do czekającego koszyka');
  await expectAccessible(hand);
  await hand.getByRole('link', { name: 'Na początek' }).click();
  await field.fill(await showCode(page, stage));
  await hand.getByRole('button', { name: 'Otwórz' }).click();
  await expect(title(hand)).toHaveText('Połączyć ten koszyk?');
  await hand.getByRole('button', { name: 'Odrzuć' }).click();
  await until('the shop to know', async () => (await status(page, stage)) === 'unlinked');
});

test('choices of an order: a note, an invoice, and a consent that is asked for once', async ({ context, stage, page, baseURL, person, phone }) => {
  test.slow();
  const first = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const hand = await context.newPage();
  await hand.goto(`${stage.sandboxUrl}/phone/${person.number}#/checkout/${first.inpost_basket_id}`);
  await hand.getByRole('radio', { name: /Kurier/ }).check({ force: true });
  await hand.getByLabel('Uwagi dla kuriera').fill('Drugie piętro');
  await hand.getByRole('checkbox', { name: /Akceptuję regulamin/ }).check({ force: true });
  await hand.getByRole('checkbox', { name: /przetwarza moje dane/ }).check({ force: true });
  await hand.getByRole('radio', { name: 'Na firmę' }).check({ force: true });
  await hand.getByRole('textbox', { name: 'Kod BLIK' }).fill('777111');
  const pay = hand.getByRole('button', { name: /Zamawiam i płacę/ });
  await pay.click();
  await expect(hand.getByRole('alert')).toHaveText('Uzupełnij dane do faktury.');
  await expect(hand.getByLabel('Nazwa firmy')).toBeFocused();
  await expectAccessible(hand);
  await hand.getByLabel('Nazwa firmy').fill('Motek sp. z o.o.');
  await hand.getByLabel('NIP').fill('526-025-02-74');
  await pay.click();
  await expect(title(hand)).toHaveText('Zapłacone');
  await hand.getByRole('link', { name: 'Zobacz zamówienie' }).click();
  await expect(hand.getByRole('main')).toContainText(/DostawaKurier, /);
  await expectAccessible(hand);
  const { order } = await phone.placedOrder();
  expect(order.invoice_details).toMatchObject({ legal_form: 'COMPANY', company_name: 'Motek sp. z o.o.', tax_id: '5260250274' });
  expect(order.delivery).toMatchObject({ courier_note: 'Drugie piętro' });

  const second = await linked(page, baseURL ?? '', phone, GOODS.magazine.id);
  await hand.goto(`${stage.sandboxUrl}/phone/${person.number}#/checkout/${second.inpost_basket_id}`);
  const given = hand.getByRole('checkbox', { name: /przetwarza moje dane/ });
  await expect(given).toBeChecked();
  await expect(given).toBeDisabled();
  await expect(hand.getByRole('main')).toContainText('zaakceptowana wcześniej');
  await expect(hand.getByRole('checkbox', { name: /Akceptuję regulamin/ }), 'this one is required always').not.toBeChecked();
  await expectAccessible(hand);
});

test('at hand in the app: a tap begins a basket at the shop', async ({ context, stage, control, person }) => {
  const price = (gross: string) => ({ net: gross, gross, vat: '0.00' });
  const basket = {
    basket_id: 'begun-in-the-app',
    summary: { basket_base_price: price('4.50'), currency: 'PLN' },
    delivery: [{ delivery_type: 'APM', delivery_price: price('0.00') }],
    products: [{ product_id: 'bulka', product_name: 'Bułka', base_price: price('4.50'), quantity: { quantity: 1, quantity_type: 'INTEGER' } }],
    consents: [],
  };
  const asked: string[] = [];
  const bakery = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`);
    answer.setHeader('content-type', 'application/json').end(JSON.stringify(basket));
  });
  await new Promise<void>((listening) => bakery.listen(0, '127.0.0.1', listening));
  try {
    const { port } = bakery.address() as AddressInfo;
    const account = { client_id: `bakery-${person.phone}`, client_secret: 'a-secret-of-bread' };
    await control.addMerchant({ ...account, callback_url: `http://127.0.0.1:${port}`, name: 'Piekarnia' });
    const token = await fetch(`${stage.sandboxUrl}/inpost/auth/token`, { method: 'POST', body: new URLSearchParams({ ...account, grant_type: 'client_credentials' }) });
    const { access_token } = (await token.json()) as { access_token: string };
    const added = await fetch(`${stage.sandboxUrl}/inpost/v1/izi/products`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}` },
      body: JSON.stringify({
        content: [{ product_id: 'bulka', product_name: 'Bułka', product_image: '', price: price('4.50'), currency: 'PLN', quantity: { available_quantity: 9, quantity_type: 'INTEGER' } }],
      }),
    });
    expect(added.status).toBe(200);

    const hand = await take(context, stage, person);
    await hand.getByRole('button', { name: 'Odblokuj' }).click();
    await expect(hand.getByRole('heading', { name: 'W InPost Pay od ręki' })).toBeVisible();
    await expectAccessible(hand);
    await hand.getByRole('button', { name: 'Kup teraz: Bułka' }).click();
    await expect(title(hand)).toHaveText('Koszyk: Piekarnia');
    await expect(hand.getByRole('main')).toContainText('Bułka');
    expect(asked).toEqual(['POST /v1/izi/basket/product/bulka']);
    await fetch(`${stage.sandboxUrl}/inpost/v1/izi/product/bulka`, { method: 'DELETE', headers: { authorization: `Bearer ${access_token}` } });
    await hand.getByRole('link', { name: 'Wstecz' }).click();
    await expect(hand.getByRole('heading', { name: 'W InPost Pay od ręki' })).toHaveCount(0);
  } finally {
    bakery.close();
  }
});

test('on the page of the faults an event is held, and released after the next one', async ({ context, stage, page, baseURL, person, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const faults = await context.newPage();
  await faults.goto(`${stage.sandboxUrl}/control`);
  await faults.getByRole('combobox', { name: /^Call/ }).selectOption('inpost.merchant.basket.event');
  await faults.getByRole('combobox', { name: /^What goes wrong/ }).selectOption('hold');
  await faults.getByRole('button', { name: 'Ask for it' }).click();
  await expect(faults.getByRole('status')).toHaveText('The fault waits for its call.');
  await expectAccessible(faults);

  const hand = await context.newPage();
  await hand.goto(`${stage.sandboxUrl}/phone/${person.number}#/basket/${basket.inpost_basket_id}`);
  const quantity = hand.getByRole('group', { name: `Ilość: ${GOODS.soap.name}` });
  await hand.getByLabel('Kod rabatowy').fill('KLEBEK10');
  await hand.keyboard.press('Enter');
  await hand.getByRole('button', { name: `Jeszcze jeden: ${GOODS.soap.name}` }).click();
  await expect(quantity).toContainText('2 szt.');
  await expect(hand.getByRole('button', { name: 'Usuń kod KLEBEK10' })).toHaveCount(0);

  await faults.bringToFront();
  await faults.getByRole('button', { name: 'Release' }).click();
  await expect(faults.getByRole('status')).toHaveText('Released.');
  await expect(faults.getByRole('button', { name: 'Release' })).toHaveCount(0);
  await hand.bringToFront();
  await expect(hand.getByRole('button', { name: 'Usuń kod KLEBEK10' })).toBeVisible();
  await expect(quantity).toContainText('2 szt.');
});
