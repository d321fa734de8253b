// What the shopper sees of an order: the thanks, the thank-you page, its total and its status.
import { expect, type Page } from '@playwright/test';
import type { LinkedBasket, OrderView } from './phone.ts';

/** What the thank-you page says of an order's status. */
export const STATUS = {
  awaiting: 'Czekamy na płatność',
  paid: 'Przyjęte i opłacone',
  atTheDoor: 'Przyjęte, płatność przy odbiorze',
  cancelled: 'Anulowane',
} as const;

/** What stands in a delivery's price list. */
export const DELIVERY = { locker: 12.99, courier: 16.99 } as const;

/** An amount as the pages write it. */
export function zloty(amount: number): string {
  return `${amount.toFixed(2).replace('.', ',')}\u00a0zł`;
}

/** The widget thanks, and leads to the order's own page. */
export async function expectThankYou(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/thank-you\?order=[\w-]+$/, { timeout: 15_000 });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Dziękujemy!|Zamówienie anulowane/);
}

/** What the thank-you page shows: number, total, status. The status follows the payment without a reload. */
export async function expectOrder(page: Page, order: OrderView, status: keyof typeof STATUS, total: number): Promise<void> {
  expect(Number(order.total), 'the app and the shop ask for the same').toBeCloseTo(total, 2);
  await expect(page.getByRole('main')).toContainText(`Numer zamówienia${order.customer_order_id}`, { useInnerText: false });
  await expect(page.locator('[data-order-total]')).toHaveText(zloty(total));
  await expect(page.locator('[data-state]')).toHaveText(STATUS[status], { timeout: 10_000 });
}

/** The sum of the goods in a basket. */
export function goodsOf(basket: LinkedBasket): number {
  const { basket_base_price: base, basket_final_price: final } = basket.basket.summary;
  return Number((final ?? base).gross);
}
