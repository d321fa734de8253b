// Flow A for the impatient: whatever is clicked twice happens once.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

test('a double click on the button and on "Połącz": one piece, one push', async ({ shop, widget, person, phone, control }) => {
  await shop.product(GOODS.soap);
  const before = await control.latest();
  await widget.button.dblclick();
  await expect(widget.screen('phone')).toBeVisible();
  await widget.toNumber();
  await widget.number.fill(person.phone);
  await widget.press('connect').dblclick();
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.message();
  expect((await phone.screen()).inbox).toHaveLength(1);
  expect(await control.count('inpost.binding.start', before)).toBe(1);
  await phone.approve();
  await widget.expectJustLinked();
  const { basket } = await phone.basket();
  expect(basket.products.map(({ product_id, quantity }) => [product_id, quantity.quantity])).toEqual([[GOODS.soap.id, 1]]);
  await widget.finish(1);
  await shop.expectCount(1);
});

test('the second half of a double click presses nothing on the screen that has come up meanwhile', async ({ page, shop, widget, person, phone }) => {
  const secondHalf = async () => {
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
  };
  await shop.product(GOODS.soap);
  await widget.button.click();
  await expect(widget.screen('phone')).toBeVisible();
  await secondHalf();
  await widget.toNumber();
  await widget.number.fill(person.phone);
  await widget.press('connect').click();
  await expect(widget.screen('waiting')).toBeVisible();
  await secondHalf();
  await phone.approve();
  await widget.expectJustLinked();
});

test('impatient clicks before the widget is there are remembered as one', async ({ page, shop, widget, person, phone }) => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/karfa_widget_bg*.wasm', async (route) => {
    await arrived;
    await route.continue();
  });
  await shop.product(GOODS.soap);
  await widget.button.click();
  await expect(widget.button).toHaveAttribute('aria-busy', 'true');
  await widget.button.click();
  await widget.button.click();
  arrive();
  await expect(widget.screen('phone')).toBeVisible();
  await widget.send(person);
  await phone.approve();
  await widget.expectJustLinked();
  await widget.finish(1);
});

test('what a closed dialog still has to say does not stop the next click', async ({ page, shop, widget }) => {
  await shop.product(GOODS.soap);
  await widget.begin();
  const dialog = await widget.dialog.elementHandle();
  await widget.press('close').click();
  await expect(widget.dialog).toHaveCount(0);
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => { answer = resolve; });
  await page.route('**/api/widget/can-be-bound', async (route) => {
    await held;
    await route.continue();
  });
  await widget.button.click();
  await expect(widget.button).toHaveAttribute('aria-busy', 'true');
  // The browser fires it some time after the closing.
  await dialog?.evaluate((closed) => closed.dispatchEvent(new Event('close')));
  answer();
  await expect(widget.screen('phone')).toBeVisible();
});

test('a click while the widget is being compiled opens the dialog, and the button stays a button', async ({ page, shop, widget }) => {
  await page.addInitScript(() => {
    const compile = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...wanted: Parameters<typeof compile>) => {
      await new Promise((resolve) => document.addEventListener('compile', resolve, { once: true }));
      return compile(...wanted);
    };
  });
  const fetched = page.waitForResponse('**/karfa_widget_bg*.wasm');
  await shop.product(GOODS.soap);
  await widget.button.focus();
  await fetched;
  await widget.button.click();
  await expect(widget.button).toHaveAttribute('aria-busy', 'true');
  // Until it is heard: the compiler may not have been asked yet.
  await expect(async () => {
    await page.evaluate(() => document.dispatchEvent(new Event('compile')));
    await expect(widget.screen('phone')).toBeVisible({ timeout: 100 });
  }).toPass();
  await expect(widget.button).toHaveAccessibleName(widget.says.product);
  await widget.press('close').click();
  await expect(widget.button).toBeFocused();
});

test('a widget that breaks off on its way is fetched again, and the button stays a button', async ({ page, shop, widget }) => {
  const broken = createServer((_, answer) => {
    answer.writeHead(200, { 'content-type': 'application/wasm', 'content-length': '100000' });
    answer.write(Buffer.from('0061736d01000000', 'hex'), () => answer.destroy());
  }).listen(0, '127.0.0.1');
  await once(broken, 'listening');
  try {
    const { port } = broken.address() as AddressInfo;
    await page.route('**/karfa_widget_bg*.wasm', (route) => route.continue({ url: `http://127.0.0.1:${port}/` }), { times: 1 });
    const again = page.waitForRequest(/karfa_widget\.js\?2$/);
    await shop.product(GOODS.soap);
    await widget.button.focus();
    await again;
    await expect(widget.button).toBeFocused();
    await widget.button.click();
    await expect(widget.screen('phone')).toBeVisible();
  } finally {
    broken.close();
  }
});

test('a widget that cannot be loaded says so; the next click tries again', async ({ page, shop, widget }) => {
  await page.clock.install();
  await page.route('**/karfa_widget*.js*', (route) => route.abort());
  await shop.product(GOODS.soap);
  await widget.button.click();
  // Two more tries, with pauses, before it gives up.
  await expect(async () => {
    await page.clock.runFor(2000);
    await expect(page.getByRole('alert')).toHaveText('Brak połączenia. Spróbuj jeszcze raz.', { timeout: 100 });
  }).toPass();
  await expect(widget.button).toHaveAttribute('aria-busy', 'false');
  await page.unroute('**/karfa_widget*.js*');
  await widget.button.click();
  await expect(widget.screen('phone')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});
