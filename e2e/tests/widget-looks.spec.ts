// The button's variants, picture by picture; and all of it enlarged, and with less motion.
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

/** One look in the attributes of the widget's first generation, and in the second's one attribute. */
const LOOKS = ['', 'rounded', 'round'].flatMap((frame) =>
  [
    { attributes: {}, words: '' },
    { attributes: { dark_mode: 'true' }, words: 'dark' },
    { attributes: { variant: 'primary' }, words: 'primary' },
  ].map(({ attributes, words }) => ({
    attributes: frame ? { ...attributes, frame_style: frame } : attributes,
    variation: `${frame} ${words}`.trim(),
  })),
);

test('nine looks differ from each other, and each is the same however it is asked for', async ({ page, shop, widget }) => {
  await shop.product(GOODS.soap);
  await expect(widget.button).toBeVisible();
  await page.waitForLoadState('networkidle');
  const element = page.locator('inpost-izi-button');
  const picture = async (attributes: Record<string, string>) => {
    await element.evaluate((button, wanted) => {
      for (const name of ['variant', 'dark_mode', 'frame_style', 'variation']) button.removeAttribute(name);
      for (const [name, value] of Object.entries(wanted)) button.setAttribute(name, value);
    }, attributes);
    return (await element.screenshot({ animations: 'disabled' })).toString('base64');
  };
  const seen = new Set<string>();
  for (const { attributes, variation } of LOOKS) {
    const first = await picture(attributes);
    expect(await picture({ variation }), `"${variation}" looks like its attributes`).toBe(first);
    seen.add(first);
  }
  expect(seen.size).toBe(LOOKS.length);
});

test('with less motion nothing moves but a slow sign of work', async ({ page, shop, widget, control }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await shop.product(GOODS.soap);
  await control.fault({ call: 'inpost.binding.read', kind: 'delay', ms: 1500, times: 1 });
  await widget.button.click();
  await expect(widget.button).toHaveAttribute('aria-busy', 'true');
  expect(await widget.button.locator('svg').evaluate((sign) => getComputedStyle(sign).animationDuration)).toBe('4s');
  await expect(widget.dialog).toBeVisible();
  expect(await widget.dialog.evaluate((dialog) => getComputedStyle(dialog).animationName)).toBe('none');
});

for (const { how, enlarge } of [
  // A window of 1280 by 800 at 200 %.
  { how: 'the page at 200 %', enlarge: 'zoom' },
  { how: 'text of twice the size', enlarge: 'text' },
] as const) {
  test(`${how}: every screen can be read and used, without scrolling sideways`, async ({ page, shop, widget, person, phone }) => {
    const enlargeText = () => page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
    if (enlarge === 'zoom') await page.setViewportSize({ width: 640, height: 400 });
    await shop.product(GOODS.soap);
    if (enlarge === 'text') await enlargeText();
    const fits = async () => {
      const sideways = await widget.dialog.evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
      expect(sideways).toBeLessThanOrEqual(0);
      const box = await widget.dialog.boundingBox();
      const window = page.viewportSize();
      expect(box?.width).toBeLessThanOrEqual(window?.width ?? 0);
      expect(box?.height).toBeLessThanOrEqual(window?.height ?? 0);
    };
    await widget.open();
    await fits();
    await widget.send(person);
    await expect(widget.screen('waiting')).toBeVisible();
    await fits();
    await widget.press('cancel').scrollIntoViewIfNeeded();
    await expect(widget.press('cancel')).toBeInViewport();
    await phone.approve();
    await widget.expectJustLinked();
    await fits();
    await widget.finish(1);
    const button = await widget.button.boundingBox();
    expect(button?.width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  });
}
