// How the documents' pictures are made: `make pictures`. The same browser and the same programs as the tests.
import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

export default defineConfig({
  ...tests,
  testDir: './pictures',
  projects: [{ name: 'pictures', use: { viewport: { width: 1120, height: 760 }, colorScheme: 'light' } }],
});
