// Netgíró at a till: its customers and the ways of naming them, who confirms, and the carts that Netgíró has.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { icelander, known, WalletPhone, withKennitala, type Customer } from './customers.ts';
import { mustNotBeLogged } from './people.ts';
import { ROOT } from './paths.ts';
import { call } from './sandbox-http.ts';
import { expect, test as base } from './test.ts';
import { Till } from './till.ts';

export { expect };

/** The secret of the account that the tills use: the public test account's. */
export const NETGIRO_SECRET = secret();

function secret(): string {
  const branches = readFileSync(join(ROOT, 'assets', 'till', 'branches.toml'), 'utf8');
  const found = /^\[store\.branch\.netgiro\]$[^[]*?^secret = "(.+)"$/m.exec(branches)?.[1];
  if (found === undefined) throw new Error('the branches have no account at Netgíró');
  return found;
}

/** How customers are named. */
export const WAYS = ['number', 'kennitala', 'typed code', 'scanned code'] as const;
export type Way = (typeof WAYS)[number];

/** Who confirms after the customer. */
export const CONFIRMATIONS = ['automatic', 'manual', 'server_callback'] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

/** Customers of Netgíró whom the sandbox treats in a named way (sandbox/README.md). */
export const NETGIRO = {
  noCredit: { typed: '8220002', number: '8220002', ssn: '2222222229' },
  withoutApp: { typed: '8220003', number: '8220003' },
  withNeither: { typed: '8220004', number: '8220004' },
  nobody: { typed: '8220005', number: '8220005' },
  rejectsWith10423: { typed: '8220015', number: '8220015' },
  endsWith10999: { typed: '8220016', number: '8220016' },
} as const;

/** A cart as Netgíró has it. */
export interface Cart {
  transaction_id: string;
  reference: string;
  confirmation: string;
  status: string;
  result_code: number;
  amount: number;
  reserved: number;
  paid: number;
  refunded: number;
}

/** A till in Reykjavík, a customer, and the customer's phone. */
export class Counter {
  constructor(readonly till: Till, readonly way: Way, readonly customer: Customer, readonly phone: WalletPhone) {}

  /** Names the customer in this counter's way. */
  async identify(): Promise<void> {
    switch (this.way) {
      case 'number':
        return this.till.identify(this.customer.typed, 'customer.phone');
      case 'kennitala': {
        const ssn = this.customer.ssn ?? this.customer.typed;
        // As it is written on every card.
        return this.till.identify(`${ssn.slice(0, 6)}-${ssn.slice(6)}`, 'customer.national_id');
      }
      case 'typed code':
        return this.till.identify(await this.phone.appCode(), 'customer.app_code');
      case 'scanned code': {
        await this.till.scan(await this.barcode());
        return expect(this.till.page.locator('#customer')).toHaveCount(0);
      }
    }
  }

  /** The app's code as a scanner reads it. */
  async barcode(): Promise<string> {
    const { app_code_barcode: text } = await this.phone.screen();
    if (text === null) throw new Error('this phone has no app code');
    mustNotBeLogged({ what: 'an app code', text });
    return text;
  }

  /** From an empty desk to the press of the button. */
  async ask(by: Confirmation, pieces = 1): Promise<void> {
    await this.till.ringUp(pieces);
    await this.identify();
    await this.askAgain(by);
  }

  /** Chooses who confirms, and presses the button. */
  async askAgain(by: Confirmation): Promise<void> {
    await this.choose(by);
    await this.till.pay();
  }

  /** Chooses who confirms. */
  async choose(by: Confirmation): Promise<void> {
    await this.till.page.getByRole('radio', { name: this.till.text(`pay.${by}`), exact: true }).check();
  }

  /** The customer agrees: with a tap, with the code of the text message, or has done so already. */
  async agree(): Promise<void> {
    if (this.way === 'number') await this.phone.tap('payment', 'approve');
    if (this.way === 'kennitala') {
      // Then the newest message is that of this request.
      await this.till.shows('awaiting_code');
      await this.type(await this.code());
    }
  }

  /** The customer says no. */
  async reject(): Promise<void> {
    await this.phone.tap(this.way === 'number' ? 'payment' : 'sms', 'reject');
  }

  /** The code in the customer's text message. */
  async code(): Promise<string> {
    const { code } = await this.phone.waiting('sms');
    if (code === undefined) throw new Error('there is no code in the message');
    return code;
  }

  /** A code that is not the one of the message. */
  async wrongCode(): Promise<string> {
    const code = await this.code();
    return code.replace(/\d$/, (last) => String((Number(last) + 1) % 10));
  }

  /** Types a code once the till asks for it. */
  async type(code: string): Promise<void> {
    mustNotBeLogged({ what: 'a code of a text message', text: code, short: true });
    await this.till.shows('awaiting_code');
    const answered = this.till.page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/till/sale/payment/code');
    await this.till.page.getByLabel(this.till.text('pay.code')).fill(code);
    await this.till.page.keyboard.press('Enter');
    expect((await answered).status()).toBe(200);
  }

  /** All carts of the sale on the desk, oldest first. */
  async carts(): Promise<Cart[]> {
    const sale = await this.till.sale();
    const { carts } = await call<{ carts: Cart[] }>('GET', `${this.till.stage.sandboxUrl}/control/netgiro/carts`);
    return carts.filter(({ reference }) => sale !== null && reference.startsWith(sale.id));
  }

  /** The end of a test: the money is the same everywhere, and this much of it has moved. */
  async ends(state: string, moved: 'all' | 'nothing'): Promise<void> {
    await this.till.shows(state);
    await this.till.agrees();
    const { total_minor: total } = (await this.till.sale()) ?? { total_minor: NaN };
    const kept = (await this.carts()).map(({ paid, refunded }) => paid - refunded).filter((amount) => amount > 0);
    expect(kept).toEqual(moved === 'all' ? [total] : []);
  }
}

interface NetgiroFixtures {
  /** A till in Reykjavík with a customer who is named in this way. */
  counter: (way: Way, customer?: Customer) => Promise<Counter>;
}

/** `test` for tills that take Netgíró. */
export const test = base.extend<NetgiroFixtures>({
  counter: async ({ page, stage }, use, testInfo) => {
    mustNotBeLogged({ what: "Netgíró's secret", text: NETGIRO_SECRET });
    // Netgíró tells the pace; nobody need wait for the usual one here.
    await call('POST', `${stage.sandboxUrl}/control/netgiro/pace`, { milliseconds: 500 });
    await use(async (way, somebody) => {
      const customer = somebody ? known(somebody) : (way === 'kennitala' ? withKennitala : icelander)(testInfo.workerIndex);
      const till = await Till.open(page, stage, 'reykjavik');
      return new Counter(till, way, customer, new WalletPhone(stage.sandboxUrl, customer));
    });
  },
});

