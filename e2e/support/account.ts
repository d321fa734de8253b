// A customer's account, as a test finds it.
import { expect, type APIRequestContext } from '@playwright/test';
import type { Account } from './shop.ts';

/** Empties the account's basket and unlinks it: the test before may have left something there. */
export async function emptied(request: APIRequestContext, baseURL: string, { mail, password }: Account): Promise<void> {
  const headers = { origin: baseURL };
  await request.post('/sign-in', { headers, form: { mail, password } });
  await request.post('/api/widget/unbind', { headers });
  const page = await (await request.get('/basket')).text();
  for (const [, product] of page.matchAll(/name="product" value="([^"]+)"/g)) {
    await request.post('/basket/lines', { headers, form: { product: product ?? '', quantity: '0' } });
  }
  const left = (await (await request.get('/api/shop/basket')).json()) as { count: number };
  expect(left.count, 'the account begins with nothing').toBe(0);
  await request.post('/sign-out', { headers });
}
