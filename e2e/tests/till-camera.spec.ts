// The till's own camera: a browser whose camera sees the customer's phone, without any reader of the browser's, and with one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page, type PlaywrightTestOptions, type PlaywrightWorkerOptions } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { filmOf } from '../support/film.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

/** Mittens, by their barcode: 349 crowns. */
const MITTENS = '2040000000028';

let folder = '';

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'karfa-camera-'));
});

test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a member is named by the camera', async ({ page, stage, wallet }, testInfo) => {
  const film = join(folder, 'phone.y4m');
  writeFileSync(film, await filmOf(page, await wallet.personalQrPicture()));
  const browser = await chromium.launch(withCamera(testInfo.project.use, `--use-file-for-fake-video-capture=${film}`));
  try {
    const till = await Till.open(await tabOf(browser, stage.url), stage, 'oslo');
    expect(await till.page.evaluate(() => 'BarcodeDetector' in window), 'the decoder in wasm reads').toBe(false);
    await till.button('camera.open').click();
    await expect(till.page.locator('.masked')).toBeVisible();
    await expect(till.page.getByRole('dialog')).toBeHidden();
    await expect(till.page.getByText(till.text('scan.was_customer'))).toBeVisible();
    await till.membership('not_member');
    expect(await seeing(till.page), 'the camera is off again').toBe(false);
  } finally {
    await browser.close();
  }
});

test("where the browser reads codes itself, goods' barcodes too are seen by the camera", async ({ stage }, testInfo) => {
  const browser = await chromium.launch(withCamera(testInfo.project.use));
  try {
    const tab = await tabOf(browser, stage.url);
    await tab.addInitScript(readsAtLast, MITTENS);
    const till = await Till.open(tab, stage, 'oslo');
    await till.button('camera.open').click();
    await expect(till.page.getByRole('dialog')).toBeHidden();
    await expect(till.page.getByText(till.text('scan.was_good'))).toBeVisible();
    expect((await till.sale())?.total_minor).toBe(34_900);
    await expect.poll(() => seeing(till.page)).toBe(false);
  } finally {
    await browser.close();
  }
});

test('a camera that sees no code waits, and is turned off with its window', async ({ stage }, testInfo) => {
  const browser = await chromium.launch(withCamera(testInfo.project.use));
  try {
    const till = await Till.open(await tabOf(browser, stage.url), stage, 'oslo');
    await till.button('camera.open').click();
    await expect.poll(() => seeing(till.page)).toBe(true);
    await expectAccessible(till.page);
    await till.page.keyboard.press('Escape');
    await expect(till.page.getByRole('dialog')).toBeHidden();
    await expect.poll(() => seeing(till.page)).toBe(false);
    await expect(till.page.locator('#customer')).toBeVisible();
  } finally {
    await browser.close();
  }
});

test('a browser that does not let the till see says so', async ({ page, stage }) => {
  const till = await Till.open(page, stage, 'oslo');
  await till.button('camera.open').click();
  const said = page.getByRole('dialog').getByRole('status');
  await expect(said).toHaveText(new RegExp(['camera.none', 'camera.refused'].map((name) => till.text(name)).join('|')));
});

/** In the page: a `BarcodeDetector` as browsers have it, which sees nothing at its first look and `text` at its second. */
function readsAtLast(text: string): void {
  class BarcodeDetector {
    #looks = 0;

    constructor(readonly options: { formats: string[] }) {}

    async detect(source: unknown): Promise<Array<{ rawValue: string }>> {
      if (!(source instanceof HTMLVideoElement) || !this.options.formats.includes('ean_13')) throw new TypeError('nothing to read');
      this.#looks += 1;
      return this.#looks > 1 ? [{ rawValue: text }] : [];
    }
  }
  Object.assign(window, { BarcodeDetector });
}

/** A browser with a camera of its own, which asks nobody. */
function withCamera({ launchOptions }: Partial<PlaywrightTestOptions & PlaywrightWorkerOptions>, ...more: string[]) {
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', ...more];
  return { ...launchOptions, args: [...(launchOptions?.args ?? []), ...camera] };
}

async function tabOf(browser: Awaited<ReturnType<typeof chromium.launch>>, baseURL: string): Promise<Page> {
  const context = await browser.newContext({ baseURL });
  return context.newPage();
}

/** Whether the camera's picture is on the page. */
function seeing(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const stream = document.querySelector('video')?.srcObject;
    return stream instanceof MediaStream && stream.getTracks().some(({ readyState }) => readyState === 'live');
  });
}
