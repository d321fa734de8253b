// The shoppers of this suite and the secrets of its accounts. The last test looks for them in every log, so tests take
// them from here and make up none of their own.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOGS } from './paths.ts';

/** The sandbox's InPost account. */
export const CLIENT_SECRET = 'karfa-demo-secret';

/** The secret that signs its refunds. */
export const MERCHANT_SECRET = 'karfa-demo-merchant-secret';

/** A shopper with a phone. */
export interface Person {
  /** Country code, without "+": `48`. */
  readonly prefix: string;
  /** The number in the country, as a form takes it: `512700101`. */
  readonly phone: string;
  /** Both together, as the sandbox's phone is addressed: `48512700101`. */
  readonly number: string;
  /** As the shop may show it: `51*****01`. */
  readonly masked: string;
}

function personWith(phone: string): Person {
  return { prefix: '48', phone, number: `48${phone}`, masked: `${phone.slice(0, 2)}*****${phone.slice(-2)}` };
}

/** Numbers that the sandbox treats in a named way (sandbox/README.md). */
export const SPECIAL = {
  /** 422 PHONE_BINDING_METHOD_UNAVAILABLE. */
  cannotBeLinkedByPhone: personWith('500000001'),
  /** MERCHANT_DISABLE. */
  merchantDisabled: personWith('500000002'),
  /** INTERNAL_SERVER_ERROR. */
  broken: personWith('500000003'),
  /** BASKET_EXPIRED. */
  basketExpired: personWith('500000004'),
  /** No answer for a minute, then the push after all. */
  slow: personWith('500000005'),
  /** BASKET_IS_BINDED. */
  linkedAlready: personWith('500000006'),
  /** BAD_REQUEST. */
  neverRight: personWith('500000007'),
  /** FORBIDDEN. */
  merchantForbidden: personWith('500000008'),
  /** Has to sign in before approving. */
  signedOut: personWith('500000010'),
} as const satisfies Record<string, Person>;

/** BLIK codes and what becomes of a payment with them, the same as in the vendor's own sandbox. */
export const BLIK = {
  paid: '777111',
  declined: '500500',
  expired: '700701',
  cancelled: '700702',
  used: '700703',
} as const;

/** Whom an invoice is for. */
export const INVOICE = {
  company: {
    legal_form: 'COMPANY', country_code: 'PL', tax_id_prefix: 'PL', tax_id: '5213017228', company_name: 'Pracownia Igła sp. z o.o.',
    city: 'Cieszyn', street: 'Głęboka', building: '7', flat: '2', postal_code: '43-400', mail: 'faktury@igla.example',
  },
  person: {
    legal_form: 'PERSON', country_code: 'PL', name: 'Jadwiga', surname: 'Naparstek-Nitka',
    city: 'Wisła', street: 'Kopydło', building: '3', postal_code: '43-460', mail: 'jadwiga@nitka.example',
  },
} as const;

/** What a customer writes to the shop and to the courier. */
export const WORDS = { shop: 'Proszę o kartkę z życzeniami: „Sto lat, babciu!”', courier: 'Domofon 12, pies nie gryzie' } as const;

const handedOut = new Map<number, number>();

/** Somebody new: no other test of this run, in any worker, has met them. */
export function somebody(workerIndex: number): Person {
  const next = (handedOut.get(workerIndex) ?? 0) + 1;
  handedOut.set(workerIndex, next);
  if (workerIndex > 99 || next > 999) throw new Error('this suite has run out of phone numbers');
  return personWith(`5127${String(workerIndex).padStart(2, '0')}${String(next).padStart(3, '0')}`);
}

/** What must stand in no log. */
export interface Needle {
  /** What it is, for the message of a failing test. */
  what: string;
  /** The text itself. */
  text: string;
  /** So short that it stands in other numbers too: it counts behind a word for such a code only. */
  short?: boolean;
}

/** Where each worker writes down what must not be logged. */
export const NEEDLES = join(LOGS, 'needles.jsonl');

/** Remembers, for the last test, what must stand in no log. */
export function mustNotBeLogged(...needles: Needle[]): void {
  appendFileSync(NEEDLES, needles.map((needle) => `${JSON.stringify(needle)}\n`).join(''));
}
