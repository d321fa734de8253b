// Netgíró at a till: every kind of customer, every kind of confirmation, and everything that can become of it. After each:
// money at Netgíró = sale in the database = what the till shows.
import { CONFIRMATIONS, expect, NETGIRO, test, WAYS } from '../support/netgiro.ts';
import { until } from '../support/until.ts';

const INSTANT = ['typed code', 'scanned code'];
const ASKED = WAYS.filter((way) => !INSTANT.includes(way));

for (const by of CONFIRMATIONS) {
  for (const way of WAYS) {
    test(`${way}, ${by}: the customer agrees`, async ({ counter }) => {
      const at = await counter(way);
      await at.ask(by, 2);
      await at.agree();
      await at.ends('paid', 'all');
      await at.till.button('pay.next_customer').click();
      await expect(at.till.state).toHaveCount(0);
      expect(await at.till.sale()).toBeNull();
    });

    test(`${way}, ${by}: the answer to InsertCart is lost`, async ({ counter, control }) => {
      const at = await counter(way);
      await control.fault({ call: 'netgiro.insert_cart', kind: 'drop_after', times: 1 });
      await at.ask(by);
      await control.struck();
      if (by === 'automatic' && way !== 'kennitala') {
        // The customer's word moves money, and only the callback says so.
        if (way === 'number') await at.till.shows('unknown_request');
        await at.agree();
      } else {
        await at.till.shows('failed');
        await expect(at.till.state).toContainText(at.till.text('problem.lost_request', { wallet: 'Netgíró' }));
        // What the customer agrees to leads nowhere: the till has no name for it.
        if (way === 'number') await at.agree();
        if (INSTANT.includes(way)) {
          await at.till.button('customer.forget').click();
          await at.identify();
        }
        await at.askAgain(by);
        await at.agree();
        await at.till.shows('paid');
        await control.advanceClock(601);
      }
      await at.ends('paid', 'all');
    });
  }

  for (const way of ASKED) {
    test(`${way}, ${by}: the customer says no`, async ({ counter }) => {
      const at = await counter(way);
      await at.ask(by);
      await at.reject();
      await at.ends('declined', 'nothing');
      await expect(at.till.state).toContainText('10201');
      await expect(at.till.button('pay.again')).toBeEnabled();
    });

    test(`${way}, ${by}: nobody does anything`, async ({ counter, control }) => {
      const at = await counter(way);
      await at.ask(by);
      await at.phone.waiting(way === 'number' ? 'payment' : 'sms');
      await control.advanceClock(601);
      await at.ends('declined', 'nothing');
    });

    test(`${way}, ${by}: the customer has no credit`, async ({ counter }) => {
      const at = await counter(way, NETGIRO.noCredit);
      await at.ask(by);
      await at.agree();
      await at.ends('declined', 'nothing');
      await expect(at.till.state).toContainText('10302');
    });

    test(`${way}, ${by}: the cashier takes it back`, async ({ counter }) => {
      const at = await counter(way);
      await at.ask(by);
      const kind = way === 'number' ? 'payment' : 'sms';
      await at.phone.waiting(kind);
      await at.till.button('pay.cancel').click();
      await at.ends('cancelled', 'nothing');
      await at.phone.nothingWaits(kind);
    });

    test(`${way}, ${by}: the answer to CancelCart is lost`, async ({ counter, control }) => {
      const at = await counter(way);
      await control.fault({ call: 'netgiro.cancel_cart', kind: 'drop_after', times: 1 });
      await at.ask(by);
      await at.phone.waiting(way === 'number' ? 'payment' : 'sms');
      await at.till.button('pay.cancel').click();
      await at.ends('cancelled', 'nothing');
      await control.struck();
    });

    test(`${way}, ${by}: the server is killed while the customer is asked`, async ({ counter, stage }) => {
      const at = await counter(way);
      await at.ask(by);
      await at.till.shows(way === 'number' ? 'awaiting_customer' : 'awaiting_code');
      await stage.server.kill();
      // What waits for the shop's word waits for the shop.
      const isDecidedAlone = way === 'number' && by !== 'server_callback';
      if (isDecidedAlone) await at.agree();
      await stage.server.start();
      if (!isDecidedAlone) await at.agree();
      await at.ends('paid', 'all');
    });
  }

  test(`kennitala, ${by}: the code is wrong three times`, async ({ counter }) => {
    const at = await counter('kennitala');
    await at.ask(by);
    const wrong = await at.wrongCode();
    for (const tried of [1, 2]) {
      await at.type(wrong);
      await expect(at.till.state).toContainText(at.till.text('pay.wrong_codes', { count: String(tried) }));
    }
    await at.type(wrong);
    await at.ends('declined', 'nothing');
    await at.phone.nothingWaits('sms');
  });

  test(`kennitala, ${by}: the code is right at the third try`, async ({ counter }) => {
    const at = await counter('kennitala');
    await at.ask(by);
    const wrong = await at.wrongCode();
    await at.type(wrong);
    await at.type(wrong);
    await expect(at.till.state).toContainText(at.till.text('problem.code_wrong'));
    await at.agree();
    await at.ends('paid', 'all');
  });

  for (const kind of ['drop_after', 'drop_before'] as const) {
    test(`kennitala, ${by}: ConfirmCart meets ${kind}`, async ({ counter, control }) => {
      const at = await counter('kennitala');
      await control.fault({ call: 'netgiro.confirm_cart', kind, times: 1 });
      await at.ask(by);
      await at.agree();
      if (kind === 'drop_before') {
        await expect(at.till.state).toContainText(at.till.text('problem.code_lost'));
        await at.agree();
      }
      await at.ends('paid', 'all');
      await control.struck();
    });
  }
}

for (const way of WAYS) {
  // A kennitala's code goes the same way, and comes first.
  for (const kind of way === 'kennitala' ? [] : ['drop_after', 'drop_before', 'tamper_signature'] as const) {
    test(`${way}, manual: the till's ConfirmCart meets ${kind}`, async ({ counter, control }) => {
      const at = await counter(way);
      await control.fault({ call: 'netgiro.confirm_cart', kind, times: 1 });
      await at.ask('manual');
      await at.agree();
      await at.ends('paid', 'all');
      await control.struck();
    });
  }

  test(`${way}, manual: the server is killed while it confirms`, async ({ counter, control, stage }) => {
    const at = await counter(way);
    const before = await control.latest();
    await at.till.ringUp();
    await at.identify();
    await at.choose('manual');
    const confirms = way === 'kennitala' ? 2 : 1;
    await control.fault({ call: 'netgiro.confirm_cart', kind: 'drop_after', times: confirms });
    await at.till.pay();
    await at.agree();
    await until('the till to confirm', async () => (await control.count('netgiro.confirm_cart', before)) >= confirms);
    await stage.server.kill();
    await stage.server.start();
    await at.ends('paid', 'all');
  });

  test(`${way}, server_callback: the callback never comes`, async ({ counter, control }) => {
    const at = await counter(way);
    await control.fault({ call: 'netgiro.callback', kind: 'drop_before', times: 1 });
    await at.ask('server_callback');
    await at.agree();
    await at.ends('declined', 'nothing');
    await control.struck();
  });

  test(`${way}, server_callback: the callback comes too late`, async ({ counter, control }) => {
    const at = await counter(way);
    await control.fault({ call: 'netgiro.callback', kind: 'hold', times: 1 });
    await at.ask('server_callback');
    await at.agree();
    const held = await until('the callback', async () => (await control.held()).at(-1));
    await control.advanceClock(11);
    await at.till.shows('declined');
    expect((await control.release(held.id)).status).toBe(409);
    await at.ends('declined', 'nothing');
  });

  test(`${way}, server_callback: the callback is forged`, async ({ counter, control }) => {
    const at = await counter(way);
    const before = await control.latest();
    await control.fault({ call: 'netgiro.callback', kind: 'tamper_signature', times: 1 });
    await at.ask('server_callback');
    await at.agree();
    await at.ends('declined', 'nothing');
    expect((await control.called('netgiro.callback', before)).status).toBe(401);
  });

  test(`${way}, server_callback: the callback comes in time, and twice`, async ({ counter, control }) => {
    const at = await counter(way);
    const before = await control.latest();
    await control.fault({ call: 'netgiro.callback', kind: 'duplicate', times: 1 });
    await at.ask('server_callback');
    await at.agree();
    await at.ends('paid', 'all');
    expect((await control.called('netgiro.callback', before)).faults).toEqual(['duplicate']);
    await at.ends('paid', 'all');
  });

  for (const [kind, word] of [['drop_before', 'never comes'], ['tamper_signature', 'is forged']] as const) {
    test(`${way}, automatic: the callback ${word}, and the till asks`, async ({ counter, control }) => {
      const at = await counter(way);
      await control.fault({ call: 'netgiro.callback', kind, times: 1 });
      await at.ask('automatic');
      await at.agree();
      await at.ends('paid', 'all');
    });
  }
}

test('server_callback: the server is dead when Netgíró asks, and Netgíró cancels', async ({ counter, stage }) => {
  const at = await counter('number');
  await at.ask('server_callback');
  await at.till.shows('awaiting_customer');
  await stage.server.kill();
  await at.agree();
  await stage.server.start();
  await at.ends('declined', 'nothing');
});

test('automatic: money of a request that was lost is shown once its callback arrives late', async ({ counter, control }) => {
  const at = await counter('number');
  await control.fault({ call: 'netgiro.insert_cart', kind: 'drop_after', times: 1 });
  await control.fault({ call: 'netgiro.callback', kind: 'hold', times: 1 });
  await at.ask('automatic');
  await at.till.shows('unknown_request');
  await at.agree();
  const held = await until('the callback', async () => (await control.held()).at(-1));
  await expect(at.till.state).toContainText(at.till.text('state.unknown_request.next', { wallet: 'Netgíró' }));
  expect((await control.release(held.id)).status).toBe(200);
  await at.ends('paid', 'all');
});

test('automatic: who pays while the cashier takes it back has paid, and the till says so', async ({ counter, control }) => {
  const at = await counter('number');
  await control.fault({ call: 'netgiro.callback', kind: 'drop_before', times: 1 });
  await at.ask('automatic');
  await at.till.shows('awaiting_customer');
  // Nobody tells the till that the customer was quicker.
  await control.fault({ call: 'netgiro.check_cart', kind: 'fail', times: 1 });
  await at.agree();
  const before = await control.latest();
  await at.till.button('pay.cancel').click();
  await at.ends('paid', 'all');
  if ((await control.count('netgiro.cancel_cart', before)) > 0) {
    await expect(at.till.state).toContainText(at.till.text('problem.paid_already'));
  }
});
