// Flow B on a desk, when nobody scans the code.
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

test.use({ settings: { approvalSeconds: 3 } });

test('a code that nobody scans lapses', async ({ shop, widget }) => {
  await shop.product(GOODS.soap);
  await widget.open();
  await widget.press('byCode').click();
  await expect(widget.screen('code')).toBeVisible();
  await expect(widget.screen('expired')).toBeVisible();
  await widget.expectUnlinked();
});
