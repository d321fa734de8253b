// What a spec file imports: `test` with this suite's fixtures, and `expect`. README.md beside this folder shows how.
import { test as base } from '@playwright/test';
import { Control } from './control.ts';
import { CLIENT_SECRET, MERCHANT_SECRET, mustNotBeLogged, somebody, type Person } from './people.ts';
import { Phone } from './phone.ts';
import { Shop } from './shop.ts';
import { Stage, type Settings } from './stage.ts';
import { watch } from './watch.ts';
import { Widget } from './widget.ts';

export { expect } from '@playwright/test';

interface TestFixtures {
  /** A shopper whom no other test has met. */
  person: Person;
  /** That shopper's phone. */
  phone: Phone;
  /** Somebody else's phone. */
  otherPhone: Phone;
  /** Another person's phone, taken in hand: `await phoneOf(SPECIAL.signedOut)`. */
  phoneOf: (person: Person) => Promise<Phone>;
  /** The shop's pages in `page`, in Polish. */
  shop: Shop;
  /** The InPost Pay button in `page`, in Polish. */
  widget: Widget;
  /** The sandbox's faults, clock, keys and calls. Faults end with the test. */
  control: Control;
  /** Console messages that this test brings about on purpose: `test.use({ allowedNoise: [/…/] })`. */
  allowedNoise: readonly RegExp[];
  /** Fails a test whose pages break, complain, or talk to another host. Always on. */
  quiet: void;
}

interface WorkerFixtures {
  /** The backend and the sandbox. Both can be stopped, killed and started again. */
  stage: Stage;
  /** Settings of the backend, for a whole file: `test.use({ settings: { approvalSeconds: 3 } })`. */
  settings: Settings;
}

let stages = 0;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  settings: [{}, { option: true, scope: 'worker' }],

  stage: [
    async ({ settings }, use, workerInfo) => {
      stages += 1;
      mustNotBeLogged({ what: 'a client secret', text: CLIENT_SECRET }, { what: 'a merchant secret', text: MERCHANT_SECRET });
      const stage = await Stage.start(`worker${workerInfo.workerIndex}-${stages}`, settings);
      await use(stage);
      await stage.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],

  baseURL: async ({ stage }, use) => use(stage.url),

  person: async ({}, use, testInfo) => use(somebody(testInfo.workerIndex)),

  phone: async ({ stage, person }, use) => use(await Phone.of(stage.sandboxUrl, person)),

  otherPhone: async ({ stage }, use, testInfo) => use(await Phone.of(stage.sandboxUrl, somebody(testInfo.workerIndex))),

  phoneOf: async ({ stage }, use) => use((person) => Phone.of(stage.sandboxUrl, person)),

  shop: async ({ page }, use) => use(new Shop(page)),

  widget: async ({ page }, use) => use(new Widget(page)),

  control: async ({ stage }, use) => {
    const control = new Control(stage.sandboxUrl);
    await use(control);
    if (stage.sandbox.running) await control.noFaults();
  },

  allowedNoise: [[], { option: true }],

  quiet: [
    async ({ context, stage, allowedNoise }, use, testInfo) => {
      const wrong = await watch(context, (host) => stage.isOwn(host), allowedNoise);
      await use();
      // Whoever reads a session's cookie in a log is that shopper.
      const cookies = (await context.cookies()).filter((cookie) => cookie.value.length >= 16);
      mustNotBeLogged(...cookies.map(({ name, value }) => ({ what: `the cookie ${name}`, text: value })));
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('server.log', { body: stage.server.tail(200), contentType: 'text/plain' });
        await testInfo.attach('sandbox.log', { body: stage.sandbox.tail(200), contentType: 'text/plain' });
      }
      // A test that left the backend down is no reason for the next one to fail.
      if (!stage.server.running) await stage.server.start();
      if (!stage.sandbox.running) await stage.sandbox.start();
      if (wrong.length > 0) throw new Error(`the page was not quiet:\n${wrong.join('\n')}`);
    },
    { auto: true },
  ],
});
