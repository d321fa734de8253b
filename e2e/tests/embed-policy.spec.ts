// Strict content security policies: what `karfa embed` says a page must allow is enough, and what happens with less.
// That no page of this suite breaks its own policy is watched in every test (support/watch.ts).
import { snippet } from '../support/elsewhere.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

test.use({ settings: { elsewhere: true } });

const STRICT = "default-src 'none'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

test('the demo shop allows itself, its script, and the widget\'s wasm', async ({ request }) => {
  for (const path of ['/', `/product/${GOODS.soap.id}`, '/basket']) {
    const policy = (await request.get(path)).headers()['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|http:/);
  }
});

test('a page with the printed policy links a basket', async ({ page, stage, phone }) => {
  const { script, policy } = snippet(stage.config);
  const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id, script, policy: `${STRICT}; ${policy}` });
  const widget = new Widget(page, 'en');
  await page.goto(stage.elsewhere.origin('localhost') + path);
  await widget.link(phone);
});

test('a page that allows scripts by nonce links a basket', async ({ page, stage, phone }) => {
  const policy = `${STRICT}; script-src 'nonce-abc' 'wasm-unsafe-eval'; connect-src ${stage.url} ${stage.url.replace('http', 'ws')}`;
  const script = `<script src="${stage.url}/karfa.js" nonce="abc" defer></script>`;
  const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id, script, policy });
  const widget = new Widget(page, 'en');
  await page.goto(stage.elsewhere.origin('localhost') + path);
  await widget.link(phone);
});

test.describe('without wasm', () => {
  test.use({ allowedNoise: [/wasm-unsafe-eval|WebAssembly|content security policy: script-src forbids/i] });

  test('the button is a link to the plain page', async ({ page, stage }) => {
    const policy = snippet(stage.config).policy.replace(" 'wasm-unsafe-eval'", '');
    const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id, policy: `${STRICT}; ${policy}` });
    await page.goto(stage.elsewhere.origin('localhost') + path);
    const link = page.getByRole('link', { name: 'Create a basket with InPost Pay' });
    await expect(link).toHaveAttribute('href', new RegExp(`^${stage.url}/plain\\?product=${GOODS.soap.id}&`));
    await link.click();
    await expect(page).toHaveURL(/\/plain\?/);
    await expect(page.getByRole('heading', { name: 'Connect your basket with the app' })).toBeVisible();
    await expect(page.getByText(GOODS.soap.name).or(page.getByText('lanolin'))).toBeVisible();
  });

  test('a click before that is known leads there too', async ({ page, stage }) => {
    const policy = snippet(stage.config).policy.replace(" 'wasm-unsafe-eval'", '');
    const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id, policy: `${STRICT}; ${policy}` });
    let release = (): void => undefined;
    const clicked = new Promise<void>((resolve) => { release = resolve; });
    await page.route('**/karfa_widget_bg.wasm', async (route) => {
      await clicked;
      await route.continue();
    });
    await page.goto(stage.elsewhere.origin('localhost') + path);
    await page.locator('inpost-izi-button').getByRole('button').click();
    release();
    await expect(page).toHaveURL(/\/plain\?product=/);
  });

  test('the link has the focus that the button had, and keeps it', async ({ page, stage }) => {
    const policy = snippet(stage.config).policy.replace(" 'wasm-unsafe-eval'", '');
    const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id, policy: `${STRICT}; ${policy}` });
    let release = (): void => undefined;
    const focused = new Promise<void>((resolve) => { release = resolve; });
    await page.route('**/karfa_widget_bg.wasm', async (route) => {
      await focused;
      await route.continue();
    });
    await page.goto(stage.elsewhere.origin('localhost') + path);
    const element = page.locator('inpost-izi-button');
    await element.getByRole('button').focus();
    release();
    const link = element.getByRole('link');
    await expect(link).toBeFocused();
    await element.evaluate((button) => button.setAttribute('data-product-id', 'another'));
    await expect(link).toHaveAttribute('href', /product=another/);
    await expect(link).toBeFocused();
  });
});
