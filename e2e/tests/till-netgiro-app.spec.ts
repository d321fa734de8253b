// Who has not got Netgíró's app: a text message asks for it to be installed.
import { CONFIRMATIONS, expect, NETGIRO, test } from '../support/netgiro.ts';

// A backend and a sandbox of its own: who has installed the app has it until the sandbox is as new.
test.use({ settings: { netgiro: 'v1' } });

for (const by of CONFIRMATIONS) {
  test(`a customer without the app installs it and pays, ${by}`, async ({ counter, control }) => {
    await control.reset();
    const at = await counter('number', NETGIRO.withoutApp);
    await at.ask(by);
    expect((await at.phone.waiting('sms')).install).toBe(true);
    await at.phone.tap('sms', 'install');
    await at.agree();
    await at.ends('paid', 'all');
  });

  test(`a customer with neither app nor credit does not pay, ${by}`, async ({ counter, control }) => {
    await control.reset();
    const at = await counter('number', NETGIRO.withNeither);
    await at.ask(by);
    await at.phone.tap('sms', 'install');
    await at.agree();
    await at.ends('declined', 'nothing');
    await expect(at.till.state).toContainText('10302');
  });
}

test('a customer without the app says no to the message', async ({ counter, control }) => {
  await control.reset();
  const at = await counter('number', NETGIRO.withoutApp);
  await at.ask('manual');
  await at.phone.tap('sms', 'reject');
  await at.ends('declined', 'nothing');
});
