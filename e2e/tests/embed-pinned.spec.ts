// A version that is pinned by its hash: it never changes, and it loads nothing but what it was published with.
import { snippet } from '../support/elsewhere.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

test.use({ settings: { elsewhere: true } });

test('a pinned page links a basket with files that are kept for ever', async ({ page, stage, phone }) => {
  const { script, policy } = snippet(stage.config, '--pinned');
  expect(script).toMatch(/src="[^"]+\/karfa\/[0-9a-f]{12}\/karfa\.js" integrity="sha384-[^"]+" crossorigin="anonymous"/);
  const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id, script, policy: `default-src 'none'; img-src data:; ${policy}` });
  const files = new Map<string, string>();
  page.on('response', (response) => {
    if (/\/karfa[^/]*(\.js|\.wasm)/.test(response.url())) files.set(new URL(response.url()).pathname, response.headers()['cache-control'] ?? '');
  });
  const widget = new Widget(page, 'en');
  await page.goto(stage.elsewhere.origin('localhost') + path);
  await widget.link(phone);
  const release = await (await page.request.get(`${stage.url}/karfa/integrity.json`)).json() as { version: string };
  expect([...files.keys()].sort()).toEqual(['karfa.js', 'karfa_widget.js', 'karfa_widget_bg.wasm'].map((name) => `/karfa/${release.version}/${name}`));
  for (const [name, cache] of files) expect(cache, name).toBe('public, max-age=31536000, immutable');
});

test('the newest loader loads the rest from its version\'s folder', async ({ page, shop, widget }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await shop.product(GOODS.soap);
  await widget.open();
  expect(asked.filter((path) => /karfa_widget/.test(path))).toEqual([
    expect.stringMatching(/^\/karfa\/[0-9a-f]{12}\/karfa_widget/), expect.stringMatching(/^\/karfa\/[0-9a-f]{12}\/karfa_widget/),
  ]);
});

test.describe('after an upgrade', () => {
  test.use({ allowedNoise: [/integrity/i] });

  test('a page with the old version\'s tag has the link instead of the button', async ({ page, stage }) => {
    const script = snippet(stage.config, '--pinned').script.replace(/\/karfa\/[0-9a-f]{12}\//, '/karfa/000000000000/').replace(/sha384-[^"]{8}/, 'sha384-00000000');
    const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id, script });
    await page.goto(stage.elsewhere.origin('localhost') + path);
    await page.getByRole('link', { name: 'InPost Pay' }).click();
    await expect(page.getByRole('heading', { name: 'Connect your basket with the app' })).toBeVisible();
  });
});

for (const file of ['karfa_widget.js', 'karfa_widget_bg.wasm']) {
  test.describe(`a changed ${file}`, () => {
    test.use({ allowedNoise: [/integrity/i] });

    test('does not run on a pinned page, and the button says so', async ({ page, stage }) => {
      const { script } = snippet(stage.config, '--pinned');
      const path = stage.elsewhere.page({ backend: stage.url, product: GOODS.soap.id, script });
      let served = 0;
      await page.route(`**/${file}*`, async (route) => {
        served += 1;
        const response = await route.fetch();
        const changed = Buffer.concat([await response.body(), Buffer.from(file.endsWith('.js') ? ';window.changed=1' : '\0\x02\x01a')]);
        await route.fulfill({ response, body: changed });
      });
      await page.clock.install();
      await page.goto(stage.elsewhere.origin('localhost') + path);
      await page.locator('inpost-izi-button').getByRole('button').click();
      // Two more tries, with pauses, before it gives up.
      await expect(async () => {
        await page.clock.runFor(2000);
        await expect(page.locator('inpost-izi-button').getByRole('alert')).toHaveText(/./, { timeout: 100 });
      }).toPass();
      expect(served).toBeGreaterThan(0);
      expect(await page.evaluate(() => 'changed' in window)).toBe(false);
    });
  });
}
