// A basket event that comes twice, late, or out of order changes nothing twice; and handling one sends InPost nothing.
import { linked } from '../support/linked.ts';
import { BLIK } from '../support/people.ts';
import type { LinkedBasket } from '../support/phone.ts';
import { Refusal } from '../support/sandbox-http.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

const PAY = { payment_type: 'BLIK_CODE', blik_code: BLIK.paid };

const pieces = ({ basket }: LinkedBasket, product: string) =>
  basket.products.find(({ product_id }) => product_id === product)?.quantity.quantity ?? 0;

test('no PUT while an event of the app is handled, nor after it', async ({ page, baseURL, shop, phone, control }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const before = await control.latest();
  await phone.setQuantity(basket, GOODS.soap.id, 3);
  await phone.setCodes(basket, 'KLEBEK10');
  await phone.addRelated(basket, GOODS.book.id);
  expect((await phone.setQuantity(basket, 'unicorn', 1))?.type).toBe('ERROR');
  // The feed of changes is followed in order: once this one has reached InPost, nothing of the others is on its way.
  await shop.basket();
  await shop.change(GOODS.soap, 4);
  await phone.basket((basket) => pieces(basket, GOODS.soap.id) === 4, 'four pieces on the phone');
  expect(await control.count('inpost.basket.put', before)).toBe(1);
});

test('handled twice: an event whose answer is lost comes again, and counts once', async ({ page, baseURL, shop, phone, control }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const before = await control.latest();
  await control.fault({ call: 'inpost.merchant.basket.event', kind: 'drop_after', times: 1 });
  expect(await phone.addRelated(basket, GOODS.soap.id)).toBeFalsy();
  expect(await control.count('inpost.merchant.basket.event', before)).toBe(2);
  expect(pieces(await phone.basket(), GOODS.soap.id)).toBe(2);
  await shop.basket();
  await expect(shop.quantity(GOODS.soap)).toHaveValue('2');
});

for (const kind of ['duplicate', 'replay'] as const) {
  test(`sent twice by the network (${kind}): one piece more, not two`, async ({ page, baseURL, phone, control }) => {
    const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
    await control.fault({ call: 'inpost.merchant.basket.event', kind, times: 1 });
    await phone.addRelated(basket, GOODS.soap.id).catch((error: unknown) => {
      // Whoever repeats it to the byte is told that its signature is used up.
      expect((error as Refusal).problem.error_code).toBe('INVALID_SIGNATURE');
    });
    await control.struck();
    expect(await phone.setCodes(basket, 'KLEBEK10')).toMatchObject({ type: 'ATTENTION' });
    expect(pieces(await phone.basket(), GOODS.soap.id)).toBe(2);
  });
}

test('an event that comes again after a later one changes nothing any more', async ({ page, baseURL, shop, widget, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  const first = { event_id: 'an-early-event-of-this-test' };
  await phone.setQuantity(basket, GOODS.soap.id, 2, first);
  await phone.setQuantity(basket, GOODS.soap.id, 5);
  await phone.setQuantity(basket, GOODS.soap.id, 2, first);
  expect(pieces(await phone.basket(), GOODS.soap.id)).toBe(5);
  await shop.product(GOODS.soap);
  await widget.expectLinked(5);
  await shop.expectCount(5);
});

test('an event that comes too late, when the basket has an order: 409 ORDER_EXISTS, and the order is as it was', async ({ page, baseURL, phone, control }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  for (const change of [
    () => phone.setQuantity(basket, GOODS.soap.id, 5),
    () => phone.setCodes(basket, 'KLEBEK10'),
    () => phone.addRelated(basket, GOODS.book.id),
  ]) {
    await control.fault({ call: 'inpost.merchant.basket.event', kind: 'hold', times: 1 });
    await change();
  }
  const held = await control.held();
  expect(held).toHaveLength(3);
  await phone.order(await phone.basket(), PAY);
  const order = await phone.placedOrder();
  for (const { id } of held) expect(await control.release(id)).toEqual({ status: 409, error_code: 'ORDER_EXISTS' });
  await phone.refresh(order);
  const after = await phone.placedOrder();
  expect([after.total, after.order.products.map(({ product_id, quantity }) => [product_id, quantity.quantity])]).toEqual([order.total, [[GOODS.soap.id, 1]]]);
});

test('an event during an order: refused with ORDER_EXISTS, and the order goes through', async ({ page, baseURL, phone, control }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await control.fault({ call: 'inpost.merchant.basket.event', kind: 'hold', times: 1 });
  await phone.setQuantity(basket, GOODS.soap.id, 5);
  const [held] = await control.held();
  // The shop has taken the order, and the app does not know yet.
  const before = await control.latest();
  await control.fault({ call: 'inpost.merchant.order.create', kind: 'drop_after', times: 1 });
  const ordering = phone.order(await phone.basket(), PAY);
  await control.called('inpost.merchant.order.create', before);
  expect(await control.release(held?.id ?? 0)).toEqual({ status: 409, error_code: 'ORDER_EXISTS' });
  await ordering;
  const { order } = await phone.placedOrder((order) => order.payment_status === 'AUTHORIZED', 'the paid order');
  expect(order.products.map(({ quantity }) => quantity.quantity)).toEqual([1]);
});

test('two events overtake each other: both products are there, each once', async ({ page, baseURL, phone, control }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await control.fault({ call: 'inpost.merchant.basket.event', kind: 'hold', times: 1 });
  const early = { event_id: 'the-event-that-was-overtaken' };
  await phone.addRelated(basket, GOODS.book.id, early);
  const [held] = await control.held();
  await phone.addRelated(basket, GOODS.magazine.id);
  expect(await control.release(held?.id ?? 0)).toMatchObject({ status: 200 });
  // The app tries once more, too.
  await phone.addRelated(basket, GOODS.book.id, early);
  const after = await phone.basket();
  expect([GOODS.soap.id, GOODS.book.id, GOODS.magazine.id].map((id) => pieces(after, id))).toEqual([1, 1, 1]);
});

test('an event that was overtaken does not undo the later one: pieces and codes stay as they were set last', async ({ page, baseURL, shop, phone, control }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id, GOODS.book.id);
  for (const change of [() => phone.setQuantity(basket, GOODS.soap.id, 2), () => phone.setCodes(basket, 'KLEBEK10'), () => phone.setQuantity(basket, GOODS.book.id, 3)]) {
    await control.fault({ call: 'inpost.merchant.basket.event', kind: 'hold', times: 1 });
    await change();
  }
  const held = await control.held();
  await phone.setQuantity(basket, GOODS.soap.id, 5);
  await phone.setCodes(basket);
  for (const { id } of held) expect(await control.release(id)).toMatchObject({ status: 200 });
  const after = await phone.basket();
  // Of the book nothing was said later: that change is only late.
  expect([pieces(after, GOODS.soap.id), pieces(after, GOODS.book.id), after.basket.promo_codes ?? []]).toEqual([5, 3, []]);
  await shop.basket();
  await expect(shop.quantity(GOODS.soap)).toHaveValue('5');
  await expect(shop.quantity(GOODS.book)).toHaveValue('3');
});

test('an event of a deleted basket finds no basket', async ({ page, baseURL, shop, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await phone.deleteBasket(basket);
  await phone.noBasket();
  await expect(phone.setQuantity(basket, GOODS.soap.id, 5)).rejects.toThrow(Refusal);
  await shop.basket();
  await expect(shop.quantity(GOODS.soap)).toHaveValue('1');
});

test('an event that is not signed by InPost changes nothing', async ({ page, baseURL, shop, phone, control }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  for (const kind of ['tamper_signature', 'stale_timestamp', 'unknown_key_version'] as const) {
    await control.fault({ call: 'inpost.merchant.basket.event', kind, times: 1 });
    const error = await phone.setQuantity(basket, GOODS.soap.id, 5).catch((error: unknown) => error);
    expect((error as Refusal).problem?.error_code, kind).toBe('INVALID_SIGNATURE');
  }
  await shop.basket();
  await expect(shop.quantity(GOODS.soap)).toHaveValue('1');
});

test('the shop is down: the app is told, its basket stays as it was, and the next try works', async ({ stage, page, baseURL, phone }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await stage.server.kill();
  const error = await phone.setQuantity(basket, GOODS.soap.id, 5).catch((error: unknown) => error);
  expect((error as Refusal).problem?.code).toBe('shop-unreachable');
  expect(pieces(await phone.basket(), GOODS.soap.id)).toBe(1);
  await stage.server.start();
  expect(await phone.setQuantity(await phone.basket(), GOODS.soap.id, 2)).toBeFalsy();
  expect(pieces(await phone.basket(), GOODS.soap.id)).toBe(2);
});

test('after the order neither side changes the basket', async ({ page, baseURL, shop, phone, control }) => {
  const basket = await linked(page, baseURL ?? '', phone, GOODS.soap.id);
  await phone.order(basket, PAY);
  const before = await control.latest();
  await expect(phone.setQuantity(basket, GOODS.soap.id, 5)).rejects.toThrow(Refusal);
  // What the shopper puts into the shop's basket is a new one, which InPost hears nothing of.
  await shop.add(GOODS.book);
  await shop.expectCount(1);
  const order = await phone.placedOrder();
  await phone.refresh(order);
  const { order: document } = await phone.placedOrder();
  expect(document.products.map(({ product_id, quantity }) => [product_id, quantity.quantity])).toEqual([[GOODS.soap.id, 1]]);
  expect(await control.count('inpost.basket.put', before)).toBe(0);
});
