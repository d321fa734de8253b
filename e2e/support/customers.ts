// The customers of the tills, and their phones with Vipps, MobilePay and Netgíró on them, tapped through the sandbox's JSON.
import { mustNotBeLogged } from './people.ts';
import { call } from './sandbox-http.ts';
import { until } from './until.ts';

/** A customer at a till. */
export interface Customer {
  /** As the cashier types it. */
  readonly typed: string;
  /** As the sandbox's phone is addressed. */
  readonly number: string;
  /** An Icelander's kennitala. */
  readonly ssn?: string;
}

const handedOut = new Map<string, number>();

function next(kind: string, workerIndex: number): number {
  const name = `${kind}-${workerIndex}`;
  const count = (handedOut.get(name) ?? 0) + 1;
  handedOut.set(name, count);
  return count;
}

const digits = (value: number, length: number): string => String(value).padStart(length, '0');

/** Remembers that nothing of a customer may be logged. */
export function known<Someone extends Customer>(customer: Someone): Someone {
  mustNotBeLogged({ what: "a customer's number", text: customer.typed });
  if (customer.ssn) mustNotBeLogged({ what: 'a kennitala', text: customer.ssn });
  return customer;
}

/** A Norwegian whom no other test has met. */
export function norwegian(workerIndex: number): Customer {
  const typed = `91${digits(workerIndex, 2)}${digits(next('no', workerIndex), 4)}`;
  return known({ typed, number: `47${typed}` });
}

/** Somebody of a branch's country whom no other test has met, by a Nordic number. */
export function customerOf(branch: 'oslo' | 'bergen' | 'copenhagen' | 'helsinki', workerIndex: number): Customer {
  if (branch === 'oslo' || branch === 'bergen') return norwegian(workerIndex);
  const [prefix, beginning, length] = branch === 'copenhagen' ? ['45', '20', 4] as const : ['358', '40', 5] as const;
  const typed = `${beginning}${digits(workerIndex, 2)}${digits(next(branch, workerIndex), length)}`;
  return known({ typed, number: `${prefix}${typed}` });
}

/** A Norwegian number that the sandbox treats in a named way: `special(1)` has no account (sandbox/README.md). */
export function special(which: number): Customer {
  const typed = `9000000${which}`;
  return known({ typed, number: `47${typed}` });
}

/** An Icelander with Netgíró's app and credit, whom no other test has met. */
export function icelander(workerIndex: number): Customer {
  const typed = `69${digits(workerIndex, 2)}${digits(next('is', workerIndex), 3)}`;
  return known({ typed, number: typed });
}

/** An Icelander who gives a kennitala; the phone is found by it (sandbox/README.md). */
export function withKennitala(workerIndex: number): Customer {
  for (;;) {
    const count = next('ssn', workerIndex);
    const ssn = kennitala(`${digits(1 + (count % 28), 2)}04${digits(workerIndex % 100, 2)}`, 20 + Math.floor(count / 28));
    if (ssn) return known({ typed: ssn, number: `6${ssn.slice(-6)}`, ssn });
  }
}

/** The kennitala of somebody born on that day; none where the check digit would be ten. */
function kennitala(born: string, serial: number): string | undefined {
  const first = `${born}${digits(serial, 2)}`;
  const sum = [3, 2, 7, 6, 5, 4, 3, 2].reduce((total, weight, at) => total + weight * Number(first[at]), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? undefined : `${first}${check}9`;
}

/** Something that waits on the phone. */
export interface Waiting {
  id: string;
  provider: 'inpost' | 'netgiro' | 'vipps';
  kind: 'link' | 'consent' | 'payment' | 'sms';
  title: string;
  text: string;
  expires_at: string;
  /** What the customer compares with the till. */
  binding_message?: string;
  /** What the customer reads to the cashier. */
  code?: string;
  /** The shop asks the customer to install the app. */
  install?: boolean;
  amount?: number | { value: number };
  lines?: Array<{ name: string }>;
}

interface Screen {
  person?: { name: string; surname: string; mail: string };
  inbox: Waiting[];
  personal_qr: string | null;
  app_code: string | null;
  app_code_barcode: string | null;
}

/** One customer's phone. */
export class WalletPhone {
  readonly #url: string;

  constructor(sandboxUrl: string, readonly customer: Customer) {
    this.#url = `${sandboxUrl}/phone/api/${customer.number}`;
  }

  screen(): Promise<Screen> {
    return call('GET', this.#url);
  }

  /** Waits for something of a kind. */
  waiting(kind: Waiting['kind']): Promise<Waiting> {
    return until(`a ${kind} on the phone`, async () => (await this.screen()).inbox.find((item) => item.kind === kind));
  }

  /** Waits until nothing of a kind waits any more. */
  async nothingWaits(kind: Waiting['kind']): Promise<void> {
    await until(`no ${kind} on the phone`, async () => (await this.screen()).inbox.every((item) => item.kind !== kind));
  }

  /** Taps on what waits. */
  async tap(kind: Waiting['kind'], action: string, more: object = {}): Promise<void> {
    const { id } = await this.waiting(kind);
    if (kind === 'consent') await this.#isToBeNamed();
    await call('POST', `${this.#url}/inbox/${id}`, { action, ...more });
  }

  /** From now on the shop may know who this is. */
  async #isToBeNamed(): Promise<void> {
    const { person } = await this.screen();
    if (person === undefined) throw new Error('this phone is nobody\'s');
    mustNotBeLogged({ what: "a customer's surname", text: person.surname }, { what: "a customer's mail", text: person.mail });
  }

  /** The text of the personal code. */
  async personalQr(): Promise<string> {
    const { personal_qr: text } = await this.screen();
    if (text === null) throw new Error('this phone has no personal code');
    mustNotBeLogged({ what: 'a personal code', text: text.slice(text.lastIndexOf('/') + 1) });
    return text;
  }

  /** The personal code as the phone shows it: SVG. */
  async personalQrPicture(): Promise<string> {
    await this.personalQr();
    return call('GET', `${this.#url}/personal-qr.svg`);
  }

  /** The app's code, as its owner reads it. */
  async appCode(): Promise<string> {
    const { app_code: text } = await this.screen();
    if (text === null) throw new Error('this phone has no app code');
    mustNotBeLogged({ what: 'an app code', text });
    return text;
  }

  /** Opens a link, or scans it: a payment that is asked for by code appears in the inbox. */
  async scan(link: string): Promise<void> {
    await call('POST', `${this.#url}/scan`, { link });
  }
}
