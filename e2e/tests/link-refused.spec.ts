// Flow A, ended by somebody's "no": each screen says what has happened and what to do now, and that works.
import { SPECIAL } from '../support/people.ts';
import { GOODS, Shop } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';
import { Widget } from '../support/widget.ts';

test('a shopper who rejects in the app can try again with the same number', async ({ shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await phone.reject();
  await expect(widget.screen('rejected')).toBeVisible();
  await expect(widget.dialog).toContainText('Jeśli to pomyłka, spróbuj ponownie.');
  await widget.press('retry').click();
  await expect(widget.screen('phone')).toBeVisible();
  await expect(widget.number).toHaveValue(person.phone.replace(/(...)(?=.)/g, '$1 '));
  await widget.press('connect').click();
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve();
  await widget.expectJustLinked();
});

test('a rejection is told in English, and the shop goes on without it', async ({ page, person, phone }) => {
  const shop = new Shop(page, 'en');
  const widget = new Widget(page, 'en');
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await phone.reject();
  await expect(widget.screen('rejected')).toBeVisible();
  await widget.dialog.getByText('Close', { exact: true }).click();
  await expect(widget.dialog).toHaveCount(0);
  await widget.expectUnlinked();
  await shop.expectCount(1);
});

/** What a shopper is told, and what the way out leads to. */
interface Refused {
  code: string;
  title: string;
  body: string | RegExp;
  press: string;
  /** Where the press leads: back to the number, or out of the dialog. */
  leads: 'phone' | 'shop';
}

const PHONE: Omit<Refused, 'code'> = {
  title: 'Nie można wysłać prośby na ten numer',
  body: 'Sprawdź go albo podaj inny.',
  press: 'Podaj inny numer',
  leads: 'phone',
};
const EXPIRED: Omit<Refused, 'code'> = {
  title: 'Ten koszyk wygasł',
  body: 'Spróbuj ponownie, a połączymy go od nowa.',
  press: 'Spróbuj ponownie',
  leads: 'phone',
};
const FORGOTTEN: Omit<Refused, 'code'> = {
  title: 'Połączenie wygasło',
  body: 'Spróbuj ponownie, a połączymy go od nowa.',
  press: 'Spróbuj ponownie',
  leads: 'phone',
};
const MERCHANT: Omit<Refused, 'code'> = {
  title: 'InPost Pay jest tu teraz niedostępne',
  body: 'Możesz dokończyć je w sklepie.',
  press: 'Wróć do sklepu',
  leads: 'shop',
};
const LINKED: Omit<Refused, 'code'> = {
  title: 'Ten koszyk jest już połączony',
  body: 'Spróbuj ponownie, a sprawdzimy, na jakim jest koncie.',
  press: 'Spróbuj ponownie',
  leads: 'phone',
};
const UNAVAILABLE: Omit<Refused, 'code'> = {
  title: 'InPost Pay nie odpowiada',
  body: 'Twój koszyk jest bezpieczny.',
  press: 'Spróbuj ponownie',
  leads: 'phone',
};
const other = (code: string): Omit<Refused, 'code'> => ({
  title: 'Nie udało się połączyć koszyka',
  body: new RegExp(`albo dokończ zakupy w sklepie\\. Kod błędu: ${code}`),
  press: 'Spróbuj ponownie',
  leads: 'phone',
});

/** Numbers that the sandbox refuses, and codes that it gives on demand: all that starting a binding can end with. */
const REFUSALS = [
  { code: 'PHONE_BINDING_METHOD_UNAVAILABLE', number: SPECIAL.cannotBeLinkedByPhone, ...PHONE },
  { code: 'MERCHANT_DISABLE', number: SPECIAL.merchantDisabled, ...MERCHANT },
  { code: 'FORBIDDEN', number: SPECIAL.merchantForbidden, ...MERCHANT },
  { code: 'BASKET_EXPIRED', number: SPECIAL.basketExpired, ...EXPIRED },
  { code: 'BASKET_IS_BINDED', number: SPECIAL.linkedAlready, ...LINKED },
  { code: 'BAD_REQUEST', number: SPECIAL.neverRight, ...other('BAD_REQUEST') },
  { code: 'INTERNAL_SERVER_ERROR', number: SPECIAL.broken, ...UNAVAILABLE },
  { code: 'MALFORMED_REQUEST', status: 400, ...other('MALFORMED_REQUEST') },
  { code: 'BASKET_NOT_FOUND', status: 404, ...FORGOTTEN },
  { code: 'BASKET_NOT_BOUND', status: 409, ...FORGOTTEN },
  { code: 'BROWSER_NOT_FOUND', status: 404, ...FORGOTTEN },
  { code: 'UNAUTHORIZED', status: 401, ...UNAVAILABLE },
  { code: 'BAD_GATEWAY', status: 502, ...UNAVAILABLE },
  { code: 'A_CODE_OF_TOMORROW', status: 422, ...other('A_CODE_OF_TOMORROW') },
] satisfies Array<Refused & ({ number: typeof SPECIAL.broken } | { status: number })>;

for (const refusal of REFUSALS) {
  test(`refused with ${refusal.code}: it says so, and the way out works`, async ({ shop, widget, person, phone, control }) => {
    await shop.product(GOODS.soap);
    await widget.open();
    if ('number' in refusal) {
      await widget.send(refusal.number);
    } else {
      await control.fault({ call: 'inpost.binding.start', kind: 'fail', status: refusal.status, error_code: refusal.code });
      await widget.send(person);
    }
    await expect(widget.dialog).toHaveAccessibleName(refusal.title);
    await expect(widget.dialog).toContainText(refusal.body);
    await control.noFaults();

    await widget.dialog.getByRole('button', { name: refusal.press, exact: true }).click();
    if (refusal.leads === 'shop') {
      await expect(widget.dialog).toHaveCount(0);
      await widget.expectUnlinked();
      return;
    }
    await expect(widget.screen('phone')).toBeVisible();
    await widget.send(person);
    await expect(widget.screen('waiting')).toBeVisible();
    await phone.approve();
    await widget.expectJustLinked();
  });
}

test('a refusal in the app that is quicker than the answer to the page is told all the same', async ({ page, shop, widget, person, phone }) => {
  await page.route('**/api/widget/bind', async (route) => {
    await route.fetch();
    await phone.reject();
    const link: unknown = await (await page.request.get('/api/widget/link')).json();
    await route.fulfill({ json: { link } });
  });
  await shop.product(GOODS.soap);
  await widget.open();
  for (let times = 0; times < 2; times += 1) {
    await widget.send(person);
    await expect(widget.screen('rejected')).toBeVisible();
    await widget.press('retry').click();
  }
});

test('a number that was asked too often is refused until another is given', async ({ shop, widget, person, phone, control }) => {
  await shop.product(GOODS.soap);
  await widget.open();
  for (let times = 0; times < 3; times += 1) {
    await widget.send(person);
    await phone.reject();
    await expect(widget.screen('rejected')).toBeVisible();
    await widget.press('retry').click();
  }
  const before = await control.latest();
  await widget.send(person);
  await expect(widget.dialog).toHaveAccessibleName('Nie można wysłać prośby na ten numer');
  await expect(widget.dialog).toContainText('Po kilku próbach odczekaj chwilę.');
  expect((await control.called('inpost.binding.start', before)).error_code).toBe('PHONE_BINDING_METHOD_UNAVAILABLE');
  expect((await phone.screen()).inbox).toEqual([]);
});

test('a session that asks without end is slowed down', async ({ page, shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.open();
  await page.evaluate(async () => {
    const hook = (window as unknown as { iziGetPayData: (...numbers: string[]) => Promise<unknown> }).iziGetPayData;
    for (let times = 0; times < 10; times += 1) await hook('48', '1', 'PRODUCT_CARD').catch(() => undefined);
  });
  await widget.send(person);
  await expect(widget.dialog).toHaveAccessibleName('Zbyt wiele prób');
  await expect(widget.dialog).toContainText('Odczekaj minutę i spróbuj ponownie.');
  expect((await phone.screen()).inbox).toEqual([]);
});

test.describe('a wrong number', () => {
  for (const { typed, error } of [
    { typed: '', error: 'Wpisz numer telefonu.' },
    { typed: '512 70', error: 'Ten numer jest za krótki.' },
    { typed: '512 700 101 9', error: 'Ten numer jest za długi.' },
    { typed: '512-abc-101', error: 'Wpisz same cyfry.' },
  ]) {
    test(`"${typed}" is not sent: ${error}`, async ({ page, shop, widget, control }) => {
      await shop.product(GOODS.soap);
      await widget.open();
      const before = await control.latest();
      const sent: string[] = [];
      page.on('request', (request) => sent.push(new URL(request.url()).pathname));
      await widget.number.fill(typed);
      await widget.press('connect').click();
      await expect(widget.numberError).toHaveText(error);
      await expect(widget.number).toHaveAttribute('aria-invalid', 'true');
      await expect(widget.number).toHaveAccessibleDescription(new RegExp(error));
      await expect(widget.number).toBeFocused();
      await expect(widget.screen('phone')).toBeVisible();
      expect(sent.filter((path) => path.endsWith('/bind'))).toEqual([]);
      expect(await control.count('inpost.binding.start', before)).toBe(0);
    });
  }

  test('is not found fault with while it is being typed, and the message goes once it is right', async ({ shop, widget, person }) => {
    await shop.product(GOODS.soap);
    await widget.open();
    await widget.number.pressSequentially(person.phone.slice(0, 5));
    await expect(widget.number).toHaveValue(`${person.phone.slice(0, 3)} ${person.phone.slice(3, 5)}`);
    await expect(widget.numberError).toHaveCount(0);
    await widget.press('connect').click();
    await expect(widget.numberError).toHaveText('Ten numer jest za krótki.');
    await widget.number.press('End');
    await widget.number.pressSequentially(person.phone.slice(5));
    await expect(widget.numberError).toHaveCount(0);
    await expect(widget.number).toHaveAttribute('aria-invalid', 'false');
  });

  test('that no country has is refused by the shop, and corrected', async ({ shop, widget, person, control }) => {
    await shop.product(GOODS.soap);
    await widget.open();
    const before = await control.latest();
    await widget.dialog.getByLabel('Kierunkowy kraju').selectOption('376');
    await widget.number.fill('1234');
    await widget.press('connect').click();
    await expect(widget.numberError).toHaveText('Nie ma takiego numeru. Sprawdź, czy nie brakuje cyfry.');
    expect(await control.count('inpost.binding.start', before)).toBe(0);
    await widget.dialog.getByLabel('Kierunkowy kraju').selectOption('48');
    await widget.send(person);
    await expect(widget.screen('waiting')).toBeVisible();
  });
});

test('a whole number, pasted with its prefix, is understood', async ({ shop, widget, person, phone }) => {
  await shop.product(GOODS.soap);
  await widget.open();
  await widget.dialog.getByLabel('Kierunkowy kraju').selectOption('354');
  await widget.number.fill(`+${person.number}`);
  await expect(widget.number).toHaveValue(person.phone.replace(/(...)(?=.)/g, '$1 '));
  await expect(widget.dialog.getByLabel('Kierunkowy kraju')).toHaveValue('48');
  await widget.press('connect').click();
  await expect(widget.screen('waiting')).toBeVisible();
  await phone.approve();
  await widget.expectJustLinked();
});
