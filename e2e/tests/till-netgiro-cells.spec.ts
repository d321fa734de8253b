// The table of Netgíró's customers and confirmations, cell by cell: the ones that only a till with patience, or a server that
// dies, comes to; and a count of all, so that none is left out without a reason.
import { execFileSync } from 'node:child_process';
import { CONFIRMATIONS, expect, test, WAYS, type Confirmation, type Way } from '../support/netgiro.ts';
import { ROOT } from '../support/paths.ts';
import { until } from '../support/until.ts';

const INSTANT = ['typed code', 'scanned code'] as const;

for (const way of WAYS) {
  test(`${way}, automatic: the callback comes late, and the till has asked`, async ({ counter, control }) => {
    const at = await counter(way);
    await control.fault({ call: 'netgiro.callback', kind: 'hold', times: 1 });
    await at.ask('automatic');
    await at.agree();
    await at.ends('paid', 'all');
    const held = await until('the callback', async () => (await control.held()).at(-1));
    expect((await control.release(held.id)).status).toBe(200);
    await at.ends('paid', 'all');
  });

  test(`${way}, manual: no callback is asked for, and none comes`, async ({ counter, control }) => {
    const at = await counter(way);
    const before = await control.latest();
    await at.ask('manual');
    await at.agree();
    await at.ends('paid', 'all');
    expect(await control.count('netgiro.callback', before)).toBe(0);
  });
}

for (const way of INSTANT) {
  test(`${way}, automatic: the server is killed while it asks, and hears of the money`, async ({ counter, control, stage }) => {
    const at = await counter(way);
    await control.fault({ call: 'netgiro.insert_cart', kind: 'drop_after', times: 1 });
    await control.fault({ call: 'netgiro.callback', kind: 'hold', times: 1 });
    await at.ask('automatic');
    const held = await until('the callback', async () => (await control.held()).at(-1));
    await stage.server.kill();
    await stage.server.start();
    await at.till.shows('unknown_request');
    expect((await control.release(held.id)).status).toBe(200);
    await at.ends('paid', 'all');
  });

  test(`${way}, server_callback: the server is killed while it asks, and nothing is paid until it asks anew`, async ({ counter, control, stage }) => {
    const at = await counter(way);
    await control.fault({ call: 'netgiro.insert_cart', kind: 'drop_after', times: 1 });
    await control.fault({ call: 'netgiro.callback', kind: 'hold', times: 1 });
    await at.ask('server_callback');
    const held = await until('the callback', async () => (await control.held()).at(-1));
    await stage.server.kill();
    await stage.server.start();
    await at.till.shows('failed');
    await expect(at.till.state).toContainText(at.till.text('problem.lost_request', { wallet: 'Netgíró' }));
    // The till has no name for what the code reserved: it does not agree to it, and nothing is taken.
    expect((await control.release(held.id)).status).not.toBe(200);
    await expect.poll(async () => (await at.carts()).map(({ status }) => status)).toEqual(['cancelled']);
    await at.ends('failed', 'nothing');
    await at.till.button('customer.forget').click();
    await at.identify();
    await at.askAgain('server_callback');
    await at.ends('paid', 'all');
  });
}

/** What can become of a payment, by the words of the tests. A cell that cannot be has a reason. */
const TABLE: Record<string, (way: Way, by: Confirmation) => { played: string } | { cannot: string }> = {
  accept: (way, by) => ({ played: `${way}, ${by}: the customer agrees` }),
  reject: (way, by) => asked(way, `${way}, ${by}: the customer says no`),
  ignore: (way, by) => asked(way, `${way}, ${by}: nobody does anything`),
  'wrong code three times': (way, by) =>
    way === 'kennitala' ? { played: `kennitala, ${by}: the code is wrong three times` } : { cannot: 'only a kennitala brings a code to be read out' },
  'callback lost': (way, by) => called(by, `${way}, ${by}: the callback never comes`),
  'callback late': (way, by) => called(by, `${way}, ${by}: the callback comes ${by === 'automatic' ? 'late' : 'too late'}`),
  'callback forged': (way, by) => called(by, `${way}, ${by}: the callback is forged`),
  'answer lost': (way, by) => ({ played: `${way}, ${by}: the answer to InsertCart is lost` }),
  'server killed': (way, by) => ({ played: `${way}, ${by}: the server is killed while` }),
};

function asked(way: Way, played: string): { played: string } | { cannot: string } {
  const isInstant = (INSTANT as readonly Way[]).includes(way);
  return isInstant ? { cannot: 'whoever shows the code has agreed: nobody is asked any more' } : { played };
}

function called(by: Confirmation, played: string): { played: string } | { cannot: string } {
  return by === 'manual' ? { cannot: 'no callback is asked for: a test beside this one says so' } : { played };
}

test('each cell of the table is played, or cannot be', () => {
  const listed = execFileSync('node_modules/.bin/playwright', ['test', '--list', '--project=desktop', 'tests/till-netgiro'], {
    cwd: `${ROOT}/e2e`, encoding: 'utf8',
  });
  const titles = listed.split('\n').map((line) => line.split(' › ').at(-1) ?? '');
  const cells = Object.values(TABLE).flatMap((cell) => WAYS.flatMap((way) => CONFIRMATIONS.map((by) => cell(way, by))));
  const played = cells.flatMap((cell) => ('played' in cell ? [cell.played] : []));
  expect([cells.length, played.length]).toEqual([108, 75]);
  for (const begin of played) expect(titles.filter((title) => title.startsWith(begin)), begin).not.toEqual([]);
});
