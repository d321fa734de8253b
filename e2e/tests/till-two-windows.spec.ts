// A till in one window and the customer's phone in another: what a cashier and a customer see of one sale, side by side.
import { customerOf, icelander, special, withKennitala } from '../support/customers.ts';
import { PhoneWindow } from '../support/phone-window.ts';
import { Till } from '../support/till.ts';
import { expect, test } from '../support/till-test.ts';

test('a stranger is scanned, joins, pays by the receipt, and is a member at the next scan', async ({ page, context, stage, customer }) => {
  const phone = await PhoneWindow.open(context, stage, customer);
  const till = await Till.open(page, stage, 'oslo');
  await phone.home();
  await till.scan(await phone.code('personal-qr-text'));
  await expect(page.getByText(till.text('club.not_member', { club: 'Kløver' }))).toBeVisible();
  await till.enrol();
  await phone.openPush(/Dele opplysninger/);
  await expect(page.locator('.binding')).toHaveText(await phone.at('binding-message').innerText());
  // What nobody is a member without has to be ticked first.
  await phone.at('approve').click();
  await expect(phone.page.getByRole('alert')).toBeVisible();
  await phone.at('consent-membership').check();
  await phone.at('approve').click();
  await phone.says('Opplysningene er delt');
  await expect(page.locator('.club.good')).toBeVisible();
  await till.ringUp(2);
  await till.pay();
  await till.shows('awaiting_customer');
  await phone.home();
  await phone.openPush(/Betale/);
  const { total_minor: total } = (await till.sale()) ?? { total_minor: 0 };
  await expect(phone.at('amount')).toContainText(till.amount(total));
  const line = await page.locator('.lines .line-name').first().innerText();
  await expect(phone.page.locator('.receipt')).toContainText(line);
  await expect(phone.page.locator('.receipt')).toContainText('2 stk.');
  await phone.at('approve').click();
  await phone.says('Betalt');
  await till.shows('paid');
  await till.agrees();
  await till.button('pay.next_customer').click();
  await phone.home();
  await till.scan(await phone.code('personal-qr-text'));
  await expect(page.locator('.club.good')).toBeVisible();
});

test('a customer refuses to join, and pays', async ({ page, context, stage, customer }) => {
  const phone = await PhoneWindow.open(context, stage, customer);
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await till.enrol();
  await phone.openPush(/Dele opplysninger/);
  await phone.at('reject').click();
  await phone.says('Ingenting er delt');
  await expect(page.getByText(till.text('club.refused'))).toBeVisible();
  await till.pay();
  await phone.home();
  await phone.openPush(/Betale/);
  await phone.at('approve').click();
  await till.shows('paid');
  await till.agrees();
});

test('a customer lets the question lapse, and then the payment', async ({ page, context, stage, control, customer }) => {
  const phone = await PhoneWindow.open(context, stage, customer);
  const till = await Till.open(page, stage, 'oslo');
  await till.ringUp();
  await till.identify(customer.typed);
  await till.enrol();
  await expect(phone.pushes).toHaveCount(1);
  await control.advanceClock(901);
  await expect(page.getByText(till.text('club.lapsed'))).toBeVisible();
  await expect(phone.pushes).toHaveCount(0);
  await till.pay();
  await till.shows('awaiting_customer');
  await expect(phone.pushes).toHaveCount(1);
  await control.advanceClock(601);
  await till.shows('expired');
  await expect(phone.pushes).toHaveCount(0);
  await till.agrees();
});

test('a customer cancels in the app', async ({ page, context, stage, customer }) => {
  const phone = await PhoneWindow.open(context, stage, customer);
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await phone.openPush();
  await phone.at('reject').click();
  await phone.says('Betalingen er avbrutt');
  await till.shows('declined');
  await till.agrees();
});

test('the cashier takes the request back, and it leaves the phone', async ({ page, context, stage, customer }) => {
  const phone = await PhoneWindow.open(context, stage, customer);
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(customer.typed);
  await expect(phone.pushes).toHaveCount(1);
  await till.button('pay.cancel').click();
  await till.shows('cancelled');
  await expect(phone.pushes).toHaveCount(0);
  await till.agrees();
});

test('a bank that refuses is told on the phone, and the till goes on waiting', async ({ page, context, stage }) => {
  const poor = special(5);
  const phone = await PhoneWindow.open(context, stage, poor);
  const till = await Till.open(page, stage, 'oslo');
  await till.ask(poor.typed);
  await phone.openPush();
  await phone.at('approve').click();
  await phone.says('Betalingen ble avvist');
  await till.shows('awaiting_customer');
  await till.agrees();
  await phone.at('next').click();
  await phone.at('reject').click();
  await till.shows('declined');
  await till.agrees();
});

test('two tills ask one customer, who sees two requests and pays one of them', async ({ page, browser, context, stage, customer }) => {
  const phone = await PhoneWindow.open(context, stage, customer);
  const elsewhere = await browser.newContext({ baseURL: stage.url });
  const one = await Till.open(page, stage, 'oslo');
  const two = await Till.open(await elsewhere.newPage(), stage, 'oslo');
  await one.ask(customer.typed, 1);
  await two.ask(customer.typed, 3);
  await expect(phone.pushes).toHaveCount(2);
  const { total_minor: total } = (await two.sale()) ?? { total_minor: 0 };
  await phone.openPush(till(total));
  await phone.at('approve').click();
  await two.shows('paid');
  await two.agrees();
  await one.shows('awaiting_customer');
  await one.agrees();
  await phone.home();
  await phone.openPush();
  await phone.at('reject').click();
  await one.shows('declined');
  await one.agrees();
  await two.agrees();
  await elsewhere.close();

  /** The amount as the phone writes it. */
  function till(minor: number): RegExp {
    return new RegExp(two.amount(minor).replace('\u{a0}', '\\s'));
  }
});

test('where no message may be sent the customer scans the code of the screen', async ({ page, context, stage }, testInfo) => {
  const customer = customerOf('bergen', testInfo.workerIndex);
  const phone = await PhoneWindow.open(context, stage, customer);
  const till = await Till.open(page, stage, 'bergen');
  await till.ringUp();
  await till.identify(customer.typed);
  await till.pay();
  await till.shows('failed');
  await till.button('pay.offer_code').click();
  await till.shows('awaiting_scan');
  await phone.home();
  await phone.at('link').fill((await till.payment()).code_to_scan ?? '');
  await phone.at('scan').click();
  await phone.at('approve').click();
  await till.shows('paid');
  await till.agrees();
});

test('Netgíró: a number gets a push, and the customer accepts', async ({ page, context, stage, workerIndex }) => {
  const customer = icelander(workerIndex);
  const phone = await PhoneWindow.open(context, stage, customer, 'is');
  const till = await Till.open(page, stage, 'reykjavik');
  await till.ringUp(2);
  await till.identify(customer.typed, 'customer.phone');
  await till.pay();
  await phone.openPush();
  const { total_minor: total } = (await till.sale()) ?? { total_minor: 0 };
  // Crowns have no parts.
  await expect(phone.at('amount')).toHaveText(new RegExp(`^\\D*${till.amount(total).replace('.', '\\.')}\\D*$`));
  await phone.at('approve').click();
  await till.shows('paid');
  await till.agrees();
});

test('Netgíró: the customer says no', async ({ page, context, stage, workerIndex }) => {
  const customer = icelander(workerIndex);
  const phone = await PhoneWindow.open(context, stage, customer, 'is');
  const till = await Till.open(page, stage, 'reykjavik');
  await till.ringUp();
  await till.identify(customer.typed, 'customer.phone');
  await till.pay();
  await phone.openPush();
  await phone.at('reject').click();
  await till.shows('declined');
  await till.agrees();
});

test('Netgíró: a kennitala gets a text message, whose code the customer reads out', async ({ page, context, stage, workerIndex }) => {
  const customer = withKennitala(workerIndex);
  const phone = await PhoneWindow.open(context, stage, customer, 'is');
  const till = await Till.open(page, stage, 'reykjavik');
  await till.ringUp();
  await till.identify(customer.typed, 'customer.national_id');
  await till.pay();
  await till.shows('awaiting_code');
  await phone.openPush();
  await page.getByLabel(till.text('pay.code')).fill(await phone.code('sms-code'));
  await page.keyboard.press('Enter');
  await till.shows('paid');
  await till.agrees();
});

for (const how of ['typed', 'scanned'] as const) {
  test(`Netgíró: the app's code is ${how}`, async ({ page, context, stage, workerIndex }) => {
    const customer = icelander(workerIndex);
    const phone = await PhoneWindow.open(context, stage, customer, 'is');
    const till = await Till.open(page, stage, 'reykjavik');
    await phone.home();
    await till.ringUp();
    if (how === 'typed') await till.identify(await phone.code('app-code-text'), 'customer.app_code');
    else await till.scan(await phone.code('app-code-barcode-text'));
    await expect(page.locator('#customer')).toHaveCount(0);
    await till.pay();
    await till.shows('paid');
    await till.agrees();
  });
}
