// A linked basket without the dialog, for tests of what comes after: the shop's pages and the phone are as if the shopper
// had clicked the button, typed the number and approved.
import { expect, type Page } from '@playwright/test';
import type { LinkedBasket, Phone } from './phone.ts';

let clicks = 0;

/** What the page asks its backend for, in the page's own session. */
async function post(page: Page, baseURL: string, path: string, data: unknown): Promise<void> {
  const answer = await page.request.post(`${baseURL}/api/widget/${path}`, { data, headers: { origin: baseURL } });
  expect(answer.status(), path).toBe(200);
}

/** Puts products into the session's basket, as the button does. */
export async function put(page: Page, baseURL: string, ...products: string[]): Promise<void> {
  for (const product_id of products) {
    clicks += 1;
    await post(page, baseURL, 'items', { product_id, request_id: `a-quick-click-${process.pid}-${clicks}` });
  }
}

/** The widget marks a browser that has asked for a link; only then pages ask the backend how it stands. */
async function mark(page: Page): Promise<void> {
  if (page.url().startsWith('http')) {
    await page.evaluate(() => localStorage.setItem('karfa', '1'));
    return;
  }
  await page.context().addInitScript(() => {
    if (!location.protocol.startsWith('http') || localStorage.getItem('asked') !== null) return;
    localStorage.setItem('asked', '1');
    localStorage.setItem('karfa', '1');
  });
}

/** Puts products into the session's basket and links it with the phone. Returns what the phone has then. */
export async function linked(page: Page, baseURL: string, phone: Phone, ...products: string[]): Promise<LinkedBasket> {
  await put(page, baseURL, ...products);
  await post(page, baseURL, 'bind', {
    method: 'phone',
    prefix: phone.person.prefix,
    phone: phone.person.phone,
    binding_place: 'BASKET_SUMMARY',
    browser: { description: 'Firefox', user_agent: '', platform: '', architecture: '' },
  });
  await phone.approve();
  await mark(page);
  return phone.basket();
}
