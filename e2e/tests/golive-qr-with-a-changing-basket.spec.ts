// The vendor's go-live scenario: the basket changes while its QR code is on the screen, and is scanned then.
import type { Page } from '@playwright/test';
import { DELIVERY, expectOrder, expectThankYou, goodsOf } from '../support/orders.ts';
import { BLIK } from '../support/people.ts';
import type { LinkedBasket } from '../support/phone.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

// A phone opens the app in place of scanning itself.
const SOAP = Number(GOODS.soap.gross);
const BOOK = Number(GOODS.book.gross);

const contents = ({ basket }: LinkedBasket) =>
  Object.fromEntries(basket.products.map(({ product_id, quantity }) => [product_id, quantity.quantity]));

/** From the click to the code; the text that it holds. */
async function showCode(page: Page, widget: Widget): Promise<string> {
  await widget.open();
  const answer = page.waitForResponse('**/api/widget/bind');
  await widget.press('byCode').click();
  await expect(widget.screen('code')).toBeVisible();
  return ((await (await answer).json()) as { qr_code: string }).qr_code;
}

test('changed in another tab before it is scanned: the phone gets the basket of now, and orders it', async ({ context, page, shop, widget, phone }) => {
  test.slow();
  await shop.product(GOODS.soap);
  const code = await showCode(page, widget);
  const there = new Shop(await context.newPage());
  await there.add(GOODS.book);
  await there.basket();
  await there.change(GOODS.soap, 3);
  await phone.scan(code);
  await phone.approve();
  await widget.expectJustLinked();
  await widget.finish(4);
  const basket = await phone.basket();
  expect(contents(basket)).toEqual({ [GOODS.soap.id]: 3, [GOODS.book.id]: 1 });
  expect(goodsOf(basket)).toBeCloseTo(3 * SOAP + BOOK, 2);
  await phone.order(basket, { payment_type: 'BLIK_CODE', blik_code: BLIK.paid });
  await expectThankYou(page);
  await expectOrder(page, await phone.placedOrder(), 'paid', 3 * SOAP + BOOK + DELIVERY.locker);
});

test('changed between the scan and the approval: what is approved is the basket of now', async ({ context, page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await phone.scan(await showCode(page, widget));
  await phone.message();
  const there = new Shop(await context.newPage());
  await there.add(GOODS.book);
  await there.basket();
  await there.remove(GOODS.soap);
  await phone.approve();
  await widget.expectJustLinked();
  expect(contents(await phone.basket())).toEqual({ [GOODS.book.id]: 1 });
});

test('changed after it: each side follows the other', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  await phone.scan(await showCode(page, widget));
  await phone.approve();
  await widget.finish(1);
  await phone.setQuantity(await phone.basket(), GOODS.soap.id, 4);
  await widget.expectLinked(4);
  await shop.basket();
  await shop.change(GOODS.soap, 2);
  await phone.basket((basket) => contents(basket)[GOODS.soap.id] === 2, 'two pieces on the phone');
});

test('emptied before it is scanned: nothing is lost, and what comes next is linked', async ({ context, page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  const code = await showCode(page, widget);
  const there = new Shop(await context.newPage());
  await there.basket();
  await there.remove(GOODS.soap);
  await phone.scan(code);
  await phone.approve();
  await widget.expectJustLinked();
  await there.add(GOODS.book);
  await phone.basket((basket) => contents(basket)[GOODS.book.id] === 1, 'the book on the phone');
});

test('two phones scan the same code: the first one has the basket, the second one is told', async ({ page, shop, widget, phone, otherPhone }) => {
  await shop.product(GOODS.soap);
  const code = await showCode(page, widget);
  await phone.scan(code);
  const late = await otherPhone.scan(code).then(() => undefined, (error: unknown) => error);
  expect(late).toBeInstanceOf(Refusal);
  expect((late as Refusal).problem.code).toBe('link-taken');
  await phone.approve();
  await widget.expectJustLinked();
  expect((await otherPhone.screen()).baskets).toEqual([]);
});

test('cancelled on the page: the code on it is good for nothing any more', async ({ page, shop, widget, phone }) => {
  await shop.product(GOODS.soap);
  const code = await showCode(page, widget);
  await widget.press('cancel').click();
  await expect(widget.screen('cancelled')).toBeVisible();
  await expect(phone.scan(code).then(() => phone.approve())).rejects.toThrow(Refusal);
  await widget.expectUnlinked();
  expect((await phone.screen()).baskets).toEqual([]);
});
