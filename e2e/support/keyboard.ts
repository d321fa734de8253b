// A shopper without a mouse.
import { expect, type Locator } from '@playwright/test';

/** Presses Tab until the focus is there; `Shift+Tab` goes back. Fails if it never comes there. */
export async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const focused = () => target.evaluate((element) => (element.getRootNode() as Document | ShadowRoot).activeElement === element);
  for (let presses = 0; presses < 60; presses += 1) {
    if (await focused()) break;
    await target.page().keyboard.press(key);
  }
  await expect(target, 'Tab leads there').toBeFocused();
}
