// The vendor's own widget, unmodified, against our backend and sandbox (protocol v2): a client that nobody here wrote.
import { devices } from '@playwright/test';
import { BLIK, SPECIAL } from '../support/people.ts';
import { DELIVERY, expectOrder, expectThankYou } from '../support/orders.ts';
import type { Phone } from '../support/phone.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test as base } from '../support/test.ts';
import { NOISE, serveVendor, VendorWidget } from '../support/vendor.ts';

const test = base.extend<{ vendor: VendorWidget }>({
  vendor: async ({ context, page }, use) => {
    await serveVendor(context);
    await use(new VendorWidget(page));
  },
});
test.use({ settings: { protocol: 'v2' }, allowedNoise: NOISE });

async function link(vendor: VendorWidget, phone: Phone, how: { trust_browser?: boolean } = {}): Promise<void> {
  await vendor.open();
  await vendor.ask(phone.person);
  await phone.approve(how);
}

test('links by phone from a product page: the basket is on the phone, and still linked after a reload', async ({ page, shop, vendor, phone }) => {
  await shop.product(GOODS.soap);
  await link(vendor, phone);
  await vendor.expectLinked(1);
  const { basket } = await phone.basket();
  expect(basket.products.map(({ product_id }) => product_id)).toEqual([GOODS.soap.id]);
  await shop.expectCount(1);
  await page.reload();
  await vendor.expectLinked(1);
  await vendor.button.click();
  await expect(vendor.part('.delete-binding-link a')).toBeVisible();
});

test('links what is in the basket from the basket page', async ({ shop, vendor, phone }) => {
  await shop.add(GOODS.book);
  await shop.basket();
  await link(vendor, phone);
  await vendor.expectLinked(1);
  await phone.basket(({ basket }) => basket.products[0]?.product_id === GOODS.book.id, 'the book on the phone');
});

test('nothing is asked of InPost, and no key is made, before a click', async ({ page, shop, vendor, control }) => {
  const before = await control.latest();
  await shop.product(GOODS.soap);
  await vendor.expectUnlinked();
  expect(await control.count('inpost.v2.binding.start', before)).toBe(0);
  expect(await page.context().cookies()).toEqual([]);
});

test('rejected in the app: the dialog closes, and the next click begins anew with the same piece', async ({ shop, vendor, phone }) => {
  await shop.product(GOODS.soap);
  await vendor.open();
  await vendor.ask(phone.person);
  await phone.reject();
  await expect(vendor.part('')).toHaveCount(0);
  await vendor.expectUnlinked();
  await link(vendor, phone);
  await vendor.expectLinked(1);
});

test('a number that InPost refuses is an error, and another number links', async ({ shop, vendor, phone }) => {
  await shop.product(GOODS.soap);
  await vendor.open();
  await vendor.send(SPECIAL.cannotBeLinkedByPhone);
  await vendor.part('#button-dismiss').click();
  await vendor.expectUnlinked();
  await link(vendor, phone);
  await vendor.expectLinked(1);
});

test('a change on the site reaches the app and the button', async ({ page, shop, vendor, phone, control }) => {
  await shop.product(GOODS.soap);
  await link(vendor, phone);
  await vendor.expectLinked(1);
  // As another tab would.
  const headers = { origin: new URL(page.url()).origin };
  await page.request.post('/basket/lines', { form: { product: GOODS.soap.id, quantity: '3' }, headers });
  await vendor.expectLinked(3);
  await phone.basket(({ basket }) => basket.products[0]?.quantity.quantity === 3, 'three pieces on the phone');
  await control.called('inpost.v2.basket.put');
});

test('a change in the app reaches the product page without a reload', async ({ page, shop, vendor, phone }) => {
  await shop.product(GOODS.soap);
  await link(vendor, phone);
  await vendor.expectLinked(1);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await phone.changeBasket(await phone.basket(), quantityOf(GOODS.soap.id, 2));
  await vendor.expectLinked(2);
  await shop.expectCount(2);
  expect(await page.evaluate(() => 'sameDocument' in window), 'no reload').toBe(true);
});

test('a change in the app makes the basket page show the new basket', async ({ shop, vendor, phone }) => {
  await shop.add(GOODS.soap);
  await shop.basket();
  await link(vendor, phone);
  await vendor.expectLinked(1);
  await phone.changeBasket(await phone.basket(), quantityOf(GOODS.soap.id, 4));
  await expect(shop.quantity(GOODS.soap)).toHaveValue('4');
  await vendor.expectLinked(4);
});

test('an order leads the page to its thank-you page, and the next basket is a new one', async ({ page, shop, vendor, phone }) => {
  await shop.product(GOODS.soap);
  await link(vendor, phone);
  await vendor.expectLinked(1);
  await phone.order(await phone.basket(), { payment_type: 'BLIK_CODE', blik_code: BLIK.paid });
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', Number(GOODS.soap.gross) + DELIVERY.locker);
  await shop.product(GOODS.book);
  await link(vendor, phone);
  await vendor.expectLinked(1);
});

test('an order that was made while no page was open is thanked for on the next one, once', async ({ page, shop, vendor, phone }) => {
  await shop.product(GOODS.soap);
  await link(vendor, phone);
  await vendor.expectLinked(1);
  await page.goto('about:blank');
  await phone.order(await phone.basket(), { payment_type: 'CARD' });
  await phone.placedOrder();
  await page.goto('/');
  await expectThankYou(page);
  await shop.product(GOODS.book);
  await vendor.expectUnlinked();
});

test('unlinked on the page: gone from the phone, no piece is added, and the widget offers another number', async ({ shop, vendor, phone, otherPhone }) => {
  await shop.product(GOODS.soap);
  await link(vendor, phone);
  await vendor.expectLinked(1);
  await vendor.unlink();
  await phone.noBasket();
  await expect(vendor.number, 'the widget asks again by itself').toBeVisible();
  await vendor.ask(otherPhone.person);
  await otherPhone.approve();
  await vendor.expectLinked(1);
  await otherPhone.basket();
  await shop.expectCount(1);
});

test('deleted in the app: the button is unlinked, and links again', async ({ shop, vendor, phone }) => {
  await shop.product(GOODS.soap);
  await link(vendor, phone);
  await vendor.expectLinked(1);
  await phone.deleteBasket(await phone.basket());
  await vendor.expectUnlinked();
  await link(vendor, phone);
  await vendor.expectLinked(1);
});

test('a trusted browser links its next basket at the first click', async ({ page, shop, vendor, phone }) => {
  await shop.product(GOODS.soap);
  await link(vendor, phone, { trust_browser: true });
  await vendor.expectLinked(1);
  await phone.order(await phone.basket(), { payment_type: 'CARD' });
  await expectThankYou(page);
  await shop.product(GOODS.book);
  await vendor.button.click();
  await vendor.expectLinked(1);
  await phone.basket(({ basket }) => basket.products[0]?.product_id === GOODS.book.id, 'the book on the phone');
});

test('a product whose options are not chosen opens no dialog, and the page asks for them', async ({ page, shop, vendor }) => {
  await shop.product(GOODS.socks);
  await vendor.button.click();
  await expect(page.locator('form[data-buy] input:focus')).toBeVisible();
  await expect(vendor.part('')).toHaveCount(0);
  await shop.expectCount(0);
});

test('the variant that is chosen is the one that is linked', async ({ page, shop, vendor, phone }) => {
  await shop.product(GOODS.socks);
  await vendor.expectUnlinked();
  for (const group of await page.locator('form[data-buy] fieldset.options').all()) {
    await group.locator('label.option:has(input:not([disabled]))').first().click();
  }
  await link(vendor, phone);
  await vendor.expectLinked(1);
  const { basket } = await phone.basket();
  expect(basket.products[0]?.product_id).not.toBe(GOODS.socks.id);
});

test('InPost is down: an error at the click, and it links once InPost is back', async ({ shop, vendor, phone, control }) => {
  await shop.product(GOODS.soap);
  await vendor.expectUnlinked();
  await control.fault({ call: 'inpost.v2.binding.start', kind: 'fail', status: 503 });
  await vendor.button.click();
  await vendor.part('#button-dismiss').click({ timeout: 20_000 });
  await control.noFaults();
  await vendor.expectUnlinked();
  await link(vendor, phone);
  await vendor.expectLinked(1);
});

test('the QR code is a picture, and the number can be typed after all', async ({ shop, vendor, phone }) => {
  await shop.product(GOODS.soap);
  await vendor.open();
  await vendor.part('.qrcode-link a').click();
  const picture = vendor.part('img[src^="data:image"]');
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(100);
  await vendor.part('.phone-link a').click();
  await vendor.ask(phone.person);
  await phone.approve();
  await vendor.expectLinked(1);
});

test('a button that the page adds later is drawn in the looks that it asks for, and follows them', async ({ page, shop, vendor }) => {
  await shop.product(GOODS.soap);
  await vendor.expectUnlinked();
  await page.evaluate((id) => {
    const button = document.createElement('inpost-izi-button');
    button.setAttribute('data-product-id', id);
    button.setAttribute('binding_place', 'PRODUCT_CARD');
    button.setAttribute('variant', 'primary');
    button.setAttribute('frame_style', 'rounded');
    button.id = 'later';
    document.querySelector('main')?.append(button);
  }, GOODS.book.id);
  const later = page.locator('#later .inpostpay-widget');
  await expect(later).toHaveClass(/\bprimary\b/);
  await expect(later).toHaveClass(/\brounded\b/);
  await page.locator('#later').evaluate((button) => button.setAttribute('dark_mode', 'true'));
  await expect(later).toHaveClass(/\bdark\b/);
  await page.locator('#later .button').click();
  await expect(vendor.number).toBeVisible();
  await shop.expectCount(1);
});

test.describe('on a phone', () => {
  const { userAgent, viewport, isMobile, hasTouch } = devices['Pixel 7'];
  test.use({ userAgent, viewport, isMobile, hasTouch });

  test('the button opens the app, which links the basket', async ({ page, shop, vendor, phone }) => {
    await shop.product(GOODS.soap);
    await vendor.button.click();
    const [toApp] = await Promise.all([page.waitForRequest(/izilink\?binding_id=/), vendor.part('#button-open-deep-link').click()]);
    await phone.scan(toApp.url());
    await phone.approve();
    await vendor.expectLinked(1);
    const linked = await phone.basket();
    const [again] = await Promise.all([page.waitForRequest(/izilink\?basket_id=/), vendor.button.click()]);
    expect(new URL(again.url()).searchParams.get('basket_id')).toBe(linked.inpost_basket_id);
  });

  test('the number can be typed there too', async ({ shop, vendor, phone }) => {
    await shop.product(GOODS.soap);
    await vendor.button.click();
    await vendor.part('.open-deeplink-link a').click();
    await vendor.ask(phone.person);
    await phone.approve();
    await vendor.expectLinked(1);
  });
});

function quantityOf(product_id: string, quantity: number): Record<string, unknown> {
  return {
    event_id: crypto.randomUUID(),
    event_data_time: new Date().toISOString(),
    event_type: 'PRODUCTS_QUANTITY',
    quantity_event_data: [{ product_id, quantity: { quantity, quantity_type: 'INTEGER' } }],
  };
}
