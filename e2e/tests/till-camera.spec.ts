// The till's own camera: a browser whose camera sees the customer's phone, without any reader of the browser's.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page, type PlaywrightTestOptions, type PlaywrightWorkerOptions } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { filmOf } from '../support/film.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

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
