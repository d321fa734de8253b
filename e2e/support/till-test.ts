// What a spec file about the till imports: `test` with a customer and the customer's phone, beside all other fixtures.
import { norwegian, WalletPhone, type Customer } from './customers.ts';
import { test as base } from './test.ts';

export { expect } from './test.ts';

interface TillFixtures {
  /** A Norwegian whom no other test has met. */
  customer: Customer;
  /** That customer's phone, with Vipps on it. */
  wallet: WalletPhone;
  /** For more customers: `norwegian(workerIndex)`. */
  workerIndex: number;
}

export const test = base.extend<TillFixtures>({
  customer: async ({}, use, testInfo) => use(norwegian(testInfo.workerIndex)),

  workerIndex: async ({}, use, testInfo) => use(testInfo.workerIndex),

  wallet: async ({ stage, customer }, use) => use(new WalletPhone(stage.sandboxUrl, customer)),
});
