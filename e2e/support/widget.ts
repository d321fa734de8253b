// The InPost Pay button on a page, and the dialog that it opens.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Person } from './people.ts';
import type { Phone } from './phone.ts';
import type { Language } from './shop.ts';

/** What a shopper reads. The first block is the button's, `screens` are the dialog's titles, `press` is what to press. */
export const SAYS = {
  pl: {
    product: 'Utwórz koszyk z InPost Pay',
    basket: 'Kup z InPost Pay',
    linked: 'Produkty w koszyku InPost Pay',
    waiting: 'Czeka na potwierdzenie w aplikacji',
    number: 'Numer telefonu',
    prefix: 'Kierunkowy kraju',
    code: 'Kod QR, który otwiera koszyk w aplikacji InPost Mobile',
    screens: {
      phone: 'Połącz koszyk z aplikacją',
      code: 'Zeskanuj kod telefonem',
      waiting: 'Potwierdź w aplikacji',
      linked: 'Połączono',
      panel: 'Twoje zakupy czekają już na Ciebie w aplikacji InPost Mobile',
      confirm: /^Czy na pewno chcesz powiązać te zakupy z numerem telefonu innym niż .+\?$/,
      rejected: 'Odrzucono w aplikacji',
      expired: 'Czas na potwierdzenie minął',
      cancelled: 'Anulowano',
      unavailable: 'InPost Pay nie odpowiada',
      deleted: 'Koszyk usunięto w aplikacji',
      thanks: 'Dziękujemy za zakupy!',
      soldOut: 'Produkt jest wyprzedany',
      optionsMissing: 'Wybierz opcje produktu',
    },
    press: {
      connect: 'Połącz',
      connecting: 'Łączymy…',
      byCode: 'Zrób to z kodem QR',
      byNumber: 'Podaj numer telefonu',
      openApp: 'Otwórz aplikację',
      cancel: 'Anuluj',
      done: 'Gotowe',
      retry: 'Spróbuj ponownie',
      otherNumber: 'Podaj inny numer',
      close: 'Zamknij',
      otherAccount: 'Połącz te zakupy z innym kontem',
      confirm: 'Połącz z innym numerem telefonu',
      keep: 'Wróć',
    },
  },
  en: {
    product: 'Create a basket with InPost Pay',
    basket: 'Buy with InPost Pay',
    linked: 'Products in InPost Pay basket',
    waiting: 'Waiting for your approval in the app',
    number: 'Phone number',
    prefix: 'Country code',
    code: 'QR code that opens the basket in the InPost Mobile app',
    screens: {
      phone: 'Connect your basket with the app',
      code: 'Scan the code with your phone',
      waiting: 'Approve in the app',
      linked: 'Connected',
      panel: 'Your products await you already in the InPost Mobile app',
      confirm: /^Do you really want to connect these purchases with a phone number different than .+\?$/,
      rejected: 'Rejected in the app',
      expired: 'The time to approve has run out',
      cancelled: 'Cancelled',
      unavailable: 'InPost Pay does not answer',
      deleted: 'The basket was deleted in the app',
      thanks: 'Thank you for your purchase!',
      soldOut: 'Sold out',
      optionsMissing: "Choose the product's options",
    },
    press: {
      connect: 'Connect',
      connecting: 'Connecting…',
      byCode: 'Do it with a QR code',
      byNumber: 'Enter a phone number',
      openApp: 'Open the app',
      cancel: 'Cancel',
      done: 'Done',
      retry: 'Try again',
      otherNumber: 'Enter another number',
      close: 'Close',
      otherAccount: 'Connect these purchases with another account',
      confirm: 'Connect with another phone number',
      keep: 'Go back',
    },
  },
} as const;

export type ScreenName = keyof (typeof SAYS)['pl']['screens'];
export type PressName = keyof (typeof SAYS)['pl']['press'];

export class Widget {
  readonly page: Page;
  readonly says: (typeof SAYS)[Language];

  constructor(page: Page, language: Language = 'pl') {
    this.page = page;
    this.says = SAYS[language];
  }

  /** The button in the page, whatever it says at the moment. */
  get button(): Locator {
    return this.page.locator('inpost-izi-button').getByRole('button', { name: /InPost Pay|aplikacji|app/ }).first();
  }

  /** The open dialog. */
  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** The dialog, if it shows this screen: a screen's title is the dialog's name. */
  screen(name: ScreenName): Locator {
    const title = this.says.screens[name];
    return this.page.getByRole('dialog', typeof title === 'string' ? { name: title, exact: true } : { name: title });
  }

  /** Something to press in the dialog. */
  press(name: PressName): Locator {
    return this.dialog.getByRole('button', { name: this.says.press[name], exact: true });
  }

  /** The field for the number. */
  get number(): Locator {
    return this.dialog.getByRole('textbox', { name: this.says.number });
  }

  /** What is wrong with the number, below its field. */
  get numberError(): Locator {
    return this.dialog.getByRole('alert');
  }

  /** Clicks the button and waits for the first screen: on a desk the number, on a phone the way into the app. */
  async begin(): Promise<void> {
    await this.button.click();
    await expect(this.screen('phone')).toBeVisible();
  }

  /** Clicks the button and waits for the field for the number, which is a step further on a phone. */
  async open(): Promise<void> {
    await this.begin();
    await this.toNumber();
  }

  /** To the field for the number, from the first screen. */
  async toNumber(): Promise<void> {
    await expect(this.number.or(this.press('byNumber'))).toBeVisible();
    if (await this.press('byNumber').isVisible()) await this.press('byNumber').click();
    await expect(this.number).toBeVisible();
  }

  /** Types a number on the phone screen and sends it. */
  async send(person: Person): Promise<void> {
    await this.toNumber();
    await this.number.fill(person.phone);
    await this.press('connect').click();
  }

  /** From the button to the waiting screen: the push is on the phone. */
  async ask(person: Person): Promise<void> {
    await this.open();
    await this.send(person);
    await expect(this.screen('waiting')).toBeVisible();
  }

  /** All of it: clicks, types, approves on the phone, and waits for the linked button. */
  async link(phone: Phone, how: { trust_browser?: boolean; sign_in?: boolean } = {}): Promise<void> {
    await this.ask(phone.person);
    await phone.approve(how);
    await this.expectJustLinked();
    await this.finish();
  }

  /** The success, before the dialog closes by itself. */
  async expectJustLinked(): Promise<void> {
    await expect(this.screen('linked')).toBeVisible();
  }

  /** Closes the success, unless it has closed by itself meanwhile, and waits for the linked button. */
  async finish(count?: number): Promise<void> {
    await this.press('done').click({ timeout: 3_000 }).catch(() => undefined);
    await this.expectLinked(count);
  }

  /** The linked button, with its count where one is given. */
  async expectLinked(count?: number): Promise<void> {
    await expect(this.dialog).toHaveCount(0);
    const end = count === undefined ? '' : `.*\\b${count}$`;
    await expect(this.button).toHaveAccessibleName(new RegExp(`^${this.says.linked}${end}`));
  }

  /** The button of a basket that is not linked, be a dialog open or not. */
  async expectUnlinked(): Promise<void> {
    await expect(this.button).toHaveAccessibleName(new RegExp(`^(${this.says.product}|${this.says.basket})$`));
  }
}
