// How the browser tests run. scripts/e2e.sh sets E2E_BROWSER and E2E_KARFA and starts Playwright.
import { defineConfig, devices } from '@playwright/test';

const ci = Boolean(process.env.CI);

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  globalSetup: './support/fresh-logs.ts',
  // Every worker has a backend, a sandbox and a database of its own, so single tests can run side by side. Two cores,
  // two workers. A test that passes at the second try has found something: at a desk there are no retries. On a machine that
  // others use too one more try is made, and the closing line says how many tests needed it.
  fullyParallel: true,
  workers: 2,
  retries: ci ? 1 : 0,
  forbidOnly: ci,
  timeout: 30_000,
  expect: { timeout: 7_000 },
  reporter: [['list'], ['./support/closing-line.ts'], ...(ci ? [] : [['html', { open: 'never' }] as const])],
  use: {
    locale: 'pl-PL',
    timezoneId: 'Europe/Warsaw',
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(process.env.E2E_BROWSER ? { executablePath: process.env.E2E_BROWSER } : {}),
      // No sandbox, because CI runs as root; no calls home, because a test talks to this machine only.
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
      ],
    },
  },
  projects: [
    {
      name: 'desktop',
      use: { viewport: { width: 1280, height: 800 } },
      // A desk has no app to open: there it is a code. A till is no phone, but may be as narrow as one.
      testIgnore: /(link-app|till-narrow)\.spec\.ts$/,
      teardown: 'logs',
    },
    {
      name: 'mobile',
      // The narrowest phone in wide use, with the user agent, touch and pixels of a real one.
      use: { ...devices['Pixel 7'], viewport: { width: 360, height: 740 }, screen: { width: 360, height: 740 } },
      // Nothing in these depends on the window.
      testIgnore: /(till-(?!narrow)[\w-]+|bad-input|callbacks|demo|v2-vendor-widget|app-[\w-]+|embed-(elsewhere|pinned|policy)|link-code(-lapse)?|golive-qr-with-a-changing-basket)\.spec\.ts$/,
      teardown: 'logs',
    },
    {
      // Runs last, whatever became of the others: what they logged holds nothing about a person.
      name: 'logs',
      testDir: './logs',
      timeout: 120_000,
    },
  ],
});
