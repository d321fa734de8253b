// Our widget and the vendor's (`@inpost-pay/widget`, as published) on the same product page, in turns, in one run.
import { test } from '@playwright/test';
import { GOODS } from '../support/shop.ts';
import { Stage } from '../support/stage.ts';
import { OTHERS } from '../support/vendor.ts';
import { median, visit, type Contestant, type Visit } from './measure.ts';
import { serveVendorFile } from './vendor-file.ts';

const ROUNDS = 7;

const ROWS: { what: string; of: keyof Visit; digits?: number }[] = [
  { what: 'bytes to the visible button', of: 'bytesToButton' },
  { what: 'bytes to the phone screen', of: 'bytesToPhone' },
  { what: 'requests', of: 'requests' },
  { what: 'hosts asked', of: 'hosts' },
  { what: 'address to visible button, ms', of: 'buttonMs' },
  { what: 'click to phone screen, ms', of: 'phoneMs' },
  { what: 'both together, ms', of: 'wholeMs' },
  { what: 'layout shift', of: 'layoutShift', digits: 4 },
  { what: 'main thread busy, ms', of: 'mainThreadMs' },
];

test('side by side', async ({ browser }) => {
  const file = await serveVendorFile();
  const ours = await Stage.start('bench-ours');
  const theirs = await Stage.start('bench-vendor', { protocol: 'v2', widgetScript: file.url });
  const path = `/product/${GOODS.soap.id}`;
  const contestants: Contestant[] = [
    { name: 'karfa', url: ours.url + path, button: '.b[part=button]', phone: 'dialog[open] input[type=tel]', blocked: [] },
    { name: 'vendor', url: theirs.url + path, button: '.inpostpay-widget:not(.loading) .button', phone: '#input-phone', blocked: OTHERS },
  ];
  const visits = new Map(contestants.map(({ name }) => [name, [] as Visit[]]));
  try {
    // The first visit warms the programs, and does not count.
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const contestant of contestants) {
        const result = await visit(browser, contestant);
        if (round > 0) visits.get(contestant.name)?.push(result);
      }
    }
  } finally {
    await Promise.all([ours.stop(), theirs.stop(), file.stop()]);
  }
  console.log(`the demo's product page, empty cache, processor slowed 4 times, 1.6 Mbit/s with 150 ms; median of ${ROUNDS} visits each`);
  console.log('what'.padEnd(32) + contestants.map(({ name }) => name.padStart(12)).join(''));
  for (const { what, of, digits = 0 } of ROWS) {
    const cells = contestants.map(({ name }) => median((visits.get(name) ?? []).map((one) => one[of])).toFixed(digits).padStart(12));
    console.log(what.padEnd(32) + cells.join(''));
  }
  console.log("The vendor's file comes from a host of this machine and speaks to the sandbox; its fonts, pictures and analytics are asked for and not let out.");
});
