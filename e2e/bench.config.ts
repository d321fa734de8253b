// `make bench`: measures, and fails at nothing but a page that does not work. The same browser and programs as the tests.
import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

export default defineConfig({
  ...tests,
  testDir: './bench',
  workers: 1,
  timeout: 300_000,
  reporter: [['./bench/plainly.ts']],
  use: { ...tests.use, trace: 'off', screenshot: 'off' },
  projects: [{ name: 'bench', use: { viewport: { width: 1280, height: 800 } } }],
});
