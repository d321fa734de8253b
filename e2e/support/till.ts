// The cashier's page, and what stands behind it: the same money at the provider, in the database and on the screen.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type APIResponse, type Locator, type Page } from '@playwright/test';
import type { WalletPhone } from './customers.ts';
import { ROOT } from './paths.ts';
import { mustNotBeLogged } from './people.ts';
import { call } from './sandbox-http.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

/** The demo's branches: their language, what they are paid in, and by which wallet. */
export const BRANCHES = {
  oslo: { language: 'nb', currency: 'NOK', wallet: 'vipps' },
  copenhagen: { language: 'da', currency: 'DKK', wallet: 'vipps' },
  helsinki: { language: 'fi', currency: 'EUR', wallet: 'vipps' },
  /** May not ask by a message to the phone: 5080. */
  bergen: { language: 'nb', currency: 'NOK', wallet: 'vipps' },
  reykjavik: { language: 'is', currency: 'ISK', wallet: 'netgiro' },
} as const;

export type Branch = keyof typeof BRANCHES;

/** A payment as the backend tells it. */
export interface PaymentView {
  wallet: string;
  reference: string;
  phase: string;
  checking: string | null;
  cancelling: boolean;
  amount_minor: number;
  authorised_minor: number;
  captured_minor: number;
  refunded_minor: number;
  released_minor: number;
  problem: { key: string; number: string | null } | null;
  code_to_scan: string | null;
}

export interface SaleView {
  id: string;
  number: string;
  total_minor: number;
  can: string[];
  customer: { membership: { state: string; purchases?: number } } | null;
  payment: PaymentView | null;
}

/** What the provider has of a payment, minor units. */
export interface Truth {
  state: string;
  authorised: number;
  captured: number;
  refunded: number;
  released: number;
}

export class Till {
  readonly #texts: Record<string, string>;

  constructor(
    readonly page: Page,
    readonly stage: Stage,
    readonly branch: Branch,
    readonly id: string,
    language: string = BRANCHES[branch].language,
  ) {
    const file = join(ROOT, 'till', 'texts', `${language}.json`);
    this.#texts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  }

  /** Signs in at a till that no other test uses, and opens its page. */
  static async open(page: Page, stage: Stage, branch: Branch, how: { manager?: boolean; at?: string } = {}): Promise<Till> {
    const till = new Till(page, stage, branch, how.at ?? stage.freshTill());
    await till.signIn(how.manager ?? false);
    await page.goto('/till');
    await expect(page.locator('#scan, [role=combobox]').first()).toBeVisible();
    return till;
  }

  /** The same till, with its page in another language. */
  async in(language: string): Promise<Till> {
    await this.page.locator('#language').selectOption(language);
    await expect(this.page.locator('html')).toHaveAttribute('lang', language);
    return new Till(this.page, this.stage, this.branch, this.id, language);
  }

  async signIn(manager: boolean): Promise<void> {
    const session = await this.page.request.get('/api/till/session');
    const { branches } = (await session.json()) as { branches: Array<{ id: string; cashiers: Array<{ id: string }> }> };
    const cashiers = branches.find(({ id }) => id === this.branch)?.cashiers ?? [];
    // The last one is the manager.
    const cashier = manager ? cashiers.at(-1) : cashiers[0];
    const answer = await this.tryPin(cashier?.id ?? '', manager ? '9999' : '1234');
    expect(answer.status(), await answer.text()).toBe(200);
  }

  /** Tries to sign in. */
  tryPin(cashier: string, pin: string): Promise<APIResponse> {
    mustNotBeLogged({ what: 'a PIN', text: pin, short: true });
    return this.page.request.post('/api/till/session', { data: { branch: this.branch, till: this.id, cashier, pin } });
  }

  /** A text of the page, in the branch's language. */
  text(key: string, words: Record<string, string> = {}): string {
    const text = this.#texts[key];
    if (text === undefined) throw new Error(`the page has no text ${key}`);
    return Object.entries(words).reduce((filled, [name, word]) => filled.replaceAll(`{${name}}`, word), text);
  }

  button(key: string, words: Record<string, string> = {}): Locator {
    return this.page.getByRole('button', { name: this.text(key, words) });
  }

  /** Asks the customer of the sale to join the club. */
  async enrol(): Promise<void> {
    await this.button('club.enrol', { club: 'Kløver' }).click();
  }

  /** Rings up the first tile, `times` times. */
  async ringUp(times = 1): Promise<void> {
    const tile = this.page.locator('.goods-tiles .tile').first();
    for (let rung = 0; rung < times; rung += 1) {
      const answered = this.page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/till/sale/lines');
      await tile.click();
      expect((await answered).status()).toBe(200);
    }
  }

  /** Types as a scanner does: fast, and ended by Enter, wherever the focus is. No key waits for the one before. */
  async scan(text: string): Promise<void> {
    await this.page.locator('body').click({ position: { x: 2, y: 2 } });
    await Promise.all([...text, 'Enter'].map((key) => this.page.keyboard.press(key)));
  }

  /** Types who the customer is. `kind` is the text of the choice, where there is one. */
  async identify(typed: string, kind?: string): Promise<void> {
    if (kind) await this.page.getByRole('radio', { name: this.text(kind), exact: true }).check();
    await this.page.locator('#customer').fill(typed);
    await this.page.locator('#customer').press('Enter');
    await expect(this.page.locator('#customer')).toHaveCount(0);
  }

  async pay(): Promise<void> {
    await this.page.locator('#pay').click();
  }

  /** From an empty desk to money that the customer has agreed to, and that the cashier takes by hand. */
  async reserve(typed: string, phone: WalletPhone): Promise<void> {
    await this.ringUp();
    await this.identify(typed);
    await this.page.getByLabel(this.text('pay.by_hand')).check();
    await this.pay();
    await this.shows('awaiting_customer');
    await phone.tap('payment', 'approve');
    await this.shows('authorised');
  }

  /** From an empty desk to a customer who is asked: rings up, names the customer, asks. */
  async ask(typed: string, pieces = 1): Promise<void> {
    await this.ringUp(pieces);
    await this.identify(typed);
    await this.pay();
    await this.shows('awaiting_customer');
  }

  /** The payment on the desk, by the backend's word. */
  async payment(): Promise<PaymentView> {
    const payment = (await this.sale())?.payment;
    if (!payment) throw new Error('there is no payment on the desk');
    return payment;
  }

  /** What the provider has of the payment on the desk. */
  async paymentAtProvider(): Promise<Truth> {
    const truth = await this.truth((await this.payment()).reference);
    if (!truth) throw new Error('the provider knows no such payment');
    return truth;
  }

  /** Gives money back from the desk or from the day's list: an amount as a cashier types it, all of it if left out. */
  async refund(typed?: string): Promise<void> {
    await this.button('refund.open').click();
    const dialog = this.page.getByRole('dialog', { name: this.text('refund.title') });
    if (typed !== undefined) await dialog.locator('#refund-amount').fill(typed);
    await dialog.getByRole('button', { name: this.text('refund.send') }).click();
    await expect(dialog).toBeHidden();
  }

  /** The one panel that says where the money is. */
  get state(): Locator {
    return this.page.locator('#payment .state');
  }

  /** Waits until the panel says this: `paid`, `unknown_capture` and so on (till/src/faces.rs). */
  async shows(name: string, timeout = 15_000): Promise<void> {
    await expect(this.state).toHaveAttribute('data-state', name, { timeout });
  }

  async membership(state: string): Promise<void> {
    await until(`the membership ${state}`, async () => (await this.sale())?.customer?.membership.state === state);
  }

  /** The sale on the desk, by the backend's word. */
  async sale(): Promise<SaleView | null> {
    const answer = await this.page.request.get('/api/till/desk');
    return ((await answer.json()) as { sale: SaleView | null }).sale;
  }

  /** A sale that may have left the desk. */
  async saleById(id: string): Promise<SaleView> {
    const answer = await this.page.request.get(`/api/till/sales/${id}`);
    return (await answer.json()) as SaleView;
  }

  /** What the provider has of a payment; `undefined`: it has never heard of it. */
  async truth(reference: string): Promise<Truth | undefined> {
    return (await this.truths(reference))[0];
  }

  /** All that the provider has under a reference: more than one would be a payment asked for twice. */
  async truths(reference: string): Promise<Truth[]> {
    const control = `${this.stage.sandboxUrl}/control`;
    if (BRANCHES[this.branch].wallet === 'vipps') {
      const { payments } = await call<{ payments: VippsPayment[] }>('GET', `${control}/vipps/payments`);
      return payments.filter((payment) => payment.reference === reference).map(ofVipps);
    }
    const { carts } = await call<{ carts: NetgiroCart[] }>('GET', `${control}/netgiro/carts?reference=${reference}`);
    return carts.map(ofNetgiro);
  }

  /** After each test: money at the provider = sale in the database = what the till shows. */
  async agrees(): Promise<void> {
    await until('provider, database and page to agree', async () => {
      await this.compare();
      return true;
    });
  }

  /** One look at all of them: throws where one says something else. */
  async compare(): Promise<void> {
    const sale = await this.sale();
    const payment = sale?.payment;
    if (!payment) throw new Error('there is no payment on the desk');
    const atProvider = await this.moneyAtProvider(payment.reference);
    const told = {
      'the sale': [payment.captured_minor, payment.refunded_minor],
      "the database's row": this.#inRow(sale.id, payment),
      "the database's movements": this.#inMovements(payment.reference),
      'the page': [await this.#shown('pay.captured'), await this.#shown('pay.refunded', 0)],
    };
    for (const [who, money] of Object.entries(told)) {
      if (money.join() !== atProvider.join()) throw new Error(`${who} says ${money}, the provider ${atProvider}`);
    }
    const asked = await this.#shown('pay.asked');
    if (asked !== payment.amount_minor) throw new Error(`the page asks for ${asked}, the sale for ${payment.amount_minor}`);
    await this.#nothingBeside(sale.id, payment);
  }

  /** Captured and given back under a reference, by the provider's word. */
  async moneyAtProvider(reference: string): Promise<[captured: number, refunded: number]> {
    const truths = await this.truths(reference);
    if (truths.length > 1) throw new Error(`the provider was asked for ${reference} ${truths.length} times`);
    return [truths[0]?.captured ?? 0, truths[0]?.refunded ?? 0];
  }

  /** What stands in the sale's row. */
  #inRow(sale: string, { reference, phase, amount_minor: asked, checking }: PaymentView): [captured: number, refunded: number] {
    const sql = 'select reference, phase, asked_minor, checking, currency, captured_minor, refunded_minor from sale_row where sale = ?';
    const [row, ...others] = this.stage.database.rows(sql, [sale]);
    if (!row || others.length > 0) throw new Error(`the database has ${others.length} rows beside the sale's ${row ? 'own' : 'missing one'}`);
    const has = [row.reference, row.phase, row.asked_minor, row.checking, row.currency].join();
    const expected = [reference, phase, asked, checking === null ? 0 : 1, BRANCHES[this.branch].currency].join();
    if (has !== expected) throw new Error(`the database's row says ${has}, the sale ${expected}`);
    return [Number(row.captured_minor), Number(row.refunded_minor)];
  }

  /** What was booked under a reference: the day's sums are sums of these. */
  #inMovements(reference: string): [captured: number, refunded: number] {
    const sql = 'select kind, sum(amount_minor) as sum from movement where reference = ? group by kind';
    const sums = new Map(this.stage.database.rows(sql, [reference]).map(({ kind, sum }) => [kind, Number(sum)]));
    return [sums.get('capture') ?? 0, sums.get('refund') ?? 0];
  }

  /** What has come to nothing keeps nothing: of earlier payments, and of one that is over, all was given back or released. */
  async #nothingBeside(sale: string, { reference, phase }: PaymentView): Promise<void> {
    const attempt = Number(reference.slice(sale.length + 1));
    if (!Number.isInteger(attempt)) throw new Error(`${reference} does not count the payments of ${sale}`);
    const isOver = ['declined', 'cancelled', 'expired', 'failed'].includes(phase);
    for (let over = 1; over < attempt + (isOver ? 1 : 0); over += 1) {
      for (const truth of await this.truths(`${sale}-${over}`)) {
        const reserved = truth.authorised - truth.captured - truth.released;
        if (truth.captured !== truth.refunded || reserved > 0) throw new Error(`attempt ${over} keeps money: ${JSON.stringify(truth)}`);
      }
    }
  }

  /** An amount that the panel shows, minor units; `otherwise` where it has no such row, and must have it if that is left out. */
  async #shown(key: string, otherwise?: number): Promise<number> {
    const row = this.state.locator('.moved div').filter({ has: this.page.getByText(this.text(key), { exact: true }) });
    const count = await row.count();
    if (count === 0 && otherwise !== undefined) return otherwise;
    if (count !== 1) throw new Error(`the page has ${count} rows for ${key}`);
    return Number((await row.locator('dd').innerText()).replaceAll(/\D/g, ''));
  }

  /** An amount as the page writes it, as far as digits go. */
  amount(minor: number): string {
    const decimals = BRANCHES[this.branch].currency === 'ISK' ? 0 : 2;
    const [whole = '', fraction] = (minor / 10 ** decimals).toFixed(decimals).split('.');
    const separator = BRANCHES[this.branch].language === 'is' ? '.' : '\u{a0}';
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, separator);
    return fraction === undefined ? grouped : `${grouped},${fraction}`;
  }
}

interface VippsPayment {
  reference: string;
  state: string;
  aggregate: Record<'authorizedAmount' | 'capturedAmount' | 'refundedAmount' | 'cancelledAmount', { value: number }>;
}

function ofVipps({ state, aggregate }: VippsPayment): Truth {
  return {
    state,
    authorised: aggregate.authorizedAmount.value,
    captured: aggregate.capturedAmount.value,
    refunded: aggregate.refundedAmount.value,
    released: aggregate.cancelledAmount.value,
  };
}

interface NetgiroCart {
  status: string;
  reserved: number;
  paid: number;
  refunded: number;
}

function ofNetgiro({ status, reserved, paid, refunded }: NetgiroCart): Truth {
  return { state: status, authorised: reserved + paid, captured: paid, refunded, released: 0 };
}

