// The demo shop's own pages, as its shoppers use them.
import { expect, type Locator, type Page } from '@playwright/test';
import { mustNotBeLogged } from './people.ts';

/** Products of the demo catalogue with a part in these tests. Their stock is enough for a whole run, but for two. */
export const GOODS = {
  soap: { id: 'mydlo-lanolina', name: 'Mydło do wełny z lanoliną', gross: '24.50' },
  book: { id: 'ksiazka-rekawice', name: 'Książka „Rękawice. Dwadzieścia wzorów”', gross: '59.00' },
  magazine: { id: 'kwartalnik-oczko-7', name: 'Kwartalnik „Oczko”, nr 7', gross: '28.00' },
  /** Sold as one of its variants. */
  socks: { id: 'skarpety-baca', name: 'Skarpety „Baca”', gross: '49.90' },
  /** One piece. */
  mittens: { id: 'rekawice-zamiec', name: 'Rękawice „Zamieć”', gross: '89.00' },
  /** None left. */
  kilim: { id: 'kilim-pasieka', name: 'Kilim „Pasieka”', gross: '690.00' },
} as const;

export type Goods = (typeof GOODS)[keyof typeof GOODS];

/** A customer of the demo shop. */
export interface Account {
  readonly name: string;
  readonly mail: string;
  readonly password: string;
}

/** The demo shop's accounts, as its sign-in page shows them. */
export const ACCOUNTS = {
  hanka: { name: 'Hanka', mail: 'hanka@klebek.example', password: 'czerwona-nitka' },
  staszek: { name: 'Staszek', mail: 'staszek@klebek.example', password: 'dwa-oczka-prawe' },
} as const satisfies Record<string, Account>;

/** The languages of the pages. */
export type Language = 'pl' | 'en';

const WORDS = {
  pl: { add: 'Dodaj do koszyka', added: 'Jest w koszyku.', basket: 'Koszyk', change: 'Zmień', remove: 'Usuń', quantity: 'Ilość' },
  en: { add: 'Add to basket', added: 'It is in the basket.', basket: 'Basket', change: 'Change', remove: 'Remove', quantity: 'Quantity' },
} as const;

export class Shop {
  readonly page: Page;
  readonly #language: Language;

  constructor(page: Page, language: Language = 'pl') {
    this.page = page;
    this.#language = language;
  }

  /** Goes to a product's page. */
  async product(goods: Goods): Promise<void> {
    await this.page.goto(this.#path(`/product/${goods.id}`));
  }

  /** Goes to the basket's page. */
  async basket(): Promise<void> {
    await this.page.goto(this.#path('/basket'));
  }

  /** Puts one piece into the shop's own basket, without the wallet, and stays on the product's page. */
  async add(goods: Goods): Promise<void> {
    await this.product(goods);
    await this.page.getByRole('button', { name: this.#words.add }).click();
    await expect(this.page.getByRole('status').filter({ hasText: this.#words.added })).toBeVisible();
  }

  /** The link to the basket in the head of every page, which has the number of pieces in its name. */
  get basketLink(): Locator {
    return this.page.getByRole('navigation').getByRole('link', { name: this.#words.basket });
  }

  /** Waits until the head of the page tells this number of pieces. */
  async expectCount(pieces: number): Promise<void> {
    await expect(this.basketLink).toHaveAccessibleName(new RegExp(`^${this.#words.basket} \\(${pieces}\\s`));
  }

  /** The field with the number of pieces of a product in the basket. */
  quantity(goods: Goods): Locator {
    return this.page.getByRole('spinbutton', { name: `${this.#words.quantity}: ${goods.name}` });
  }

  /** Changes the number of pieces on the basket's page. */
  async change(goods: Goods, pieces: number): Promise<void> {
    await this.quantity(goods).fill(String(pieces));
    await this.page.getByRole('button', { name: `${this.#words.change}: ${goods.name}` }).click();
    await expect(this.quantity(goods)).toHaveValue(String(pieces));
  }

  /** Takes a product out of the basket, on the basket's page. */
  async remove(goods: Goods): Promise<void> {
    await this.page.getByRole('button', { name: `${this.#words.remove}: ${goods.name}` }).click();
    await expect(this.quantity(goods)).toHaveCount(0);
  }

  /** Signs in with the form, and waits for the page that comes then. */
  async signIn(account: Account): Promise<void> {
    mustNotBeLogged({ what: 'a password', text: account.password }, { what: "an account's address", text: account.mail });
    await this.page.goto(this.#path('/sign-in'));
    await this.page.getByLabel('E-mail', { exact: true }).fill(account.mail);
    await this.page.locator('#password').fill(account.password);
    await this.page.getByRole('main').getByRole('button').click();
    await expect(this.page).toHaveURL(/\/(account|basket)\b/);
  }

  /** Takes everything out of the basket of whoever uses the page. */
  async empty(): Promise<void> {
    await this.basket();
    const remove = this.page.getByRole('button', { name: new RegExp(`^${this.#words.remove}: `) });
    for (let left = await remove.count(); left > 0; left -= 1) {
      await remove.first().click();
      await expect(remove).toHaveCount(left - 1);
    }
  }

  get #words() {
    return WORDS[this.#language];
  }

  /** The browser asks for Polish: English is asked for in the address. */
  #path(path: string): string {
    return this.#language === 'pl' ? path : `${path}?lang=${this.#language}`;
  }
}
