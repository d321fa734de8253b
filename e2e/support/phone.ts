// The shopper's phone with the wallet's app on it, tapped through the sandbox's JSON.
import { mustNotBeLogged, type Person } from './people.ts';
import { call } from './sandbox-http.ts';
import { until } from './until.ts';

/** A request that waits for an answer. */
export interface Message {
  id: string;
  provider: 'inpost' | 'netgiro' | 'vipps';
  kind: 'link' | 'consent' | 'payment' | 'sms';
  title: string;
  text: string;
  expires_at: string;
  sign_in_required?: boolean;
  /** Where the button stood. */
  binding_place?: string;
}

/** A linked basket. `basket` is the merchant's document (InPost contract, section 4). */
export interface LinkedBasket {
  inpost_basket_id: string;
  basket: {
    summary: { basket_base_price: Price; basket_final_price?: Price; basket_notice?: { type: string; description: string } };
    products: BasketProduct[];
    related_products: BasketProduct[];
    promo_codes: Array<{ name?: string; promo_code_value: string; regulation_type?: string }>;
    delivery: Array<{
      delivery_type: string;
      delivery_price: Price;
      delivery_options: Array<{ delivery_code_value: string; delivery_option_price: Price }>;
    }>;
    consents: Array<{ consent_id: string; consent_version: string; requirement_type: string }>;
  } & Record<string, unknown>;
}

/** A product of a basket. Prices are of one piece. */
export interface BasketProduct {
  product_id: string;
  product_name: string;
  product_type?: string;
  base_price: Price;
  promo_price?: Price;
  /** The lowest of the last 30 days. */
  lowest_price?: Price;
  quantity: { quantity: number; available_quantity?: number; max_quantity?: number };
  delivery_product?: Array<{ delivery_type: string; if_delivery_available: boolean }>;
}

/** What the shop says of a change. */
export type BasketNotice = { type: string; description: string } | null;

/** Decimal text with two places. */
export interface Price {
  net: string | number;
  gross: string | number;
  vat: string | number;
}

/** An order, as the app shows it. */
export interface OrderView {
  order_id: string;
  customer_order_id: string | null;
  inpost_basket_id: string;
  payment_type: string;
  payment_status: string | null;
  payment_refusal: string | null;
  order_status: string | null;
  merchant_status: string;
  /** Tracking numbers. */
  delivery_references: string[];
  total: string;
  /** What has come back of it. */
  refunded: string;
  refunds: Array<{ status: string; refund_amount: string | number }>;
  /** The shop's own document (InPost contract, section 6). */
  order: {
    order_details: { payment_type: string; order_final_price: Price; order_discount?: string | number };
    delivery: { delivery_type: string; delivery_point?: string; delivery_options: Array<{ delivery_code_value: string }> };
    invoice_details?: Record<string, unknown>;
    consents: Array<{ consent_id: string; consent_version: string; is_accepted: boolean }>;
    products: BasketProduct[];
  } & Record<string, unknown>;
}

/** Something that the app tells its owner. */
export interface Notice {
  id: string;
  code: string;
  text: string;
}

interface Owner {
  name: string;
  surname: string;
  mail: string;
  address: { address: string; address_details?: { street?: string } };
}

/** Everything on the screen. */
export interface Screen {
  number: string;
  masked_number: string;
  person: Owner;
  signed_in: boolean;
  inbox: Message[];
  baskets: LinkedBasket[];
  orders: OrderView[];
  notices: Notice[];
  trusted_browsers: unknown[];
}

/** What the shopper chooses when ordering; what is left out, the sandbox chooses. */
export interface OrderWish {
  payment_type: string;
  blik_code?: string;
  delivery?: unknown;
  consents?: Array<{ consent_id: string; is_accepted: boolean }>;
  order_comments?: string;
  invoice_details?: Record<string, unknown>;
}

/** One person's phone. A tap that does not work throws a {@link Refusal}. */
export class Phone {
  readonly person: Person;
  readonly #url: string;

  private constructor(sandboxUrl: string, person: Person) {
    this.person = person;
    this.#url = `${sandboxUrl}/phone/api/${person.number}`;
  }

  /** Takes the phone in hand, and sees to it that the last test looks for its owner in the logs. */
  static async of(sandboxUrl: string, person: Person): Promise<Phone> {
    const phone = new Phone(sandboxUrl, person);
    const { name, surname, mail, address } = (await phone.screen()).person;
    mustNotBeLogged(
      { what: 'a phone number', text: person.phone },
      { what: 'an e-mail address', text: mail },
      { what: 'a name', text: `${name} ${surname}` },
      { what: 'a surname', text: surname },
      { what: 'a street', text: address.address },
    );
    return phone;
  }

  screen(): Promise<Screen> {
    return call('GET', this.#url);
  }

  /** Waits for a request: by default for one to link a basket. */
  message(kind: Message['kind'] = 'link'): Promise<Message> {
    return until(`a ${kind} request on the phone`, async () =>
      (await this.screen()).inbox.find((message) => message.kind === kind),
    );
  }

  /** Waits until nothing waits for an answer any more: answered, withdrawn or lapsed. */
  async nothingWaits(): Promise<void> {
    await until('an empty inbox on the phone', async () => (await this.screen()).inbox.length === 0);
  }

  /** Waits for a request and approves it. */
  async approve(how: { trust_browser?: boolean; sign_in?: boolean } = {}): Promise<void> {
    const { id } = await this.message();
    await call('POST', `${this.#url}/inbox/${id}`, { action: 'approve', ...how });
  }

  /** Approves a request that was seen before, whatever has become of it. */
  async approveLate({ id }: Message): Promise<void> {
    await call('POST', `${this.#url}/inbox/${id}`, { action: 'approve' });
  }

  /** Waits for a request and rejects it. */
  async reject(): Promise<void> {
    const { id } = await this.message();
    await call('POST', `${this.#url}/inbox/${id}`, { action: 'reject' });
  }

  /** Signs the phone's owner out of the app: the next approval asks to sign in first. */
  async signOut(): Promise<void> {
    await call('POST', `${this.#url}/session`, { signed_in: false });
  }

  /** Opens a deep link, or scans a QR code, whose text is the same: the request appears in the inbox. */
  async scan(link: string): Promise<void> {
    await call('POST', `${this.#url}/scan`, { link });
  }

  /** Waits for a linked basket, and for it to be as `wanted`. */
  basket(wanted: (basket: LinkedBasket) => boolean = () => true, what = 'a linked basket on the phone'): Promise<LinkedBasket> {
    return until(what, async () => (await this.screen()).baskets.find((basket) => basket.basket && wanted(basket)));
  }

  /** Waits until no basket is linked. */
  async noBasket(): Promise<void> {
    await until('no linked basket on the phone', async () => (await this.screen()).baskets.length === 0);
  }

  /** Changes the basket in the app; `event` is the body of a basket event (InPost contract, section 5). Returns what the shop says. */
  async changeBasket(basket: LinkedBasket, event: Record<string, unknown>): Promise<BasketNotice> {
    const url = `${this.#url}/baskets/${basket.inpost_basket_id}/events`;
    return (await call<{ basket_notice: BasketNotice }>('POST', url, event)).basket_notice;
  }

  /** Sets how many pieces of a product are in the basket; none takes it out. `more` are further fields of the event. */
  setQuantity(basket: LinkedBasket, product_id: string, quantity: number, more: Record<string, unknown> = {}): Promise<BasketNotice> {
    return this.changeBasket(basket, {
      event_type: 'PRODUCTS_QUANTITY',
      quantity_event_data: [{ product_id, quantity: { quantity, quantity_type: 'INTEGER' } }],
      ...more,
    });
  }

  /** Sets the codes of the basket: these and no others. */
  setCodes(basket: LinkedBasket, ...codes: string[]): Promise<BasketNotice> {
    return this.changeBasket(basket, {
      event_type: 'PROMO_CODES',
      promo_codes_event_data: codes.map((promo_code_value) => ({ promo_code_value })),
    });
  }

  /** Adds a product that the shop recommends beside the basket. */
  addRelated(basket: LinkedBasket, product_id: string, more: Record<string, unknown> = {}): Promise<BasketNotice> {
    return this.changeBasket(basket, {
      event_type: 'RELATED_PRODUCTS',
      related_products_event_data: [{ product_id, ean: '', quantity: { quantity: 1, quantity_type: 'INTEGER' } }],
      ...more,
    });
  }

  /** Deletes the basket in the app. */
  async deleteBasket(basket: LinkedBasket): Promise<void> {
    await call('DELETE', `${this.#url}/baskets/${basket.inpost_basket_id}`);
  }

  /** Orders what is in the basket, and pays. */
  async order(basket: LinkedBasket, wish: OrderWish): Promise<void> {
    await call('POST', `${this.#url}/baskets/${basket.inpost_basket_id}/order`, wish);
  }

  /** Pays an order whose payment has failed. */
  async payAgain(order: OrderView, how: { payment_type?: string; blik_code?: string } = {}): Promise<void> {
    await call('POST', `${this.#url}/orders/${order.order_id}/payment`, how);
  }

  /** Gives up an order that is not paid: the shop takes its goods back. */
  async giveUp(order: OrderView): Promise<void> {
    await call('DELETE', `${this.#url}/orders/${order.order_id}`);
  }

  /** Asks the shop how an order stands. */
  async refresh(order: OrderView): Promise<void> {
    await call('POST', `${this.#url}/orders/${order.order_id}/refresh`);
  }

  /** Waits for an order, and for it to be as `wanted`. */
  placedOrder(wanted: (order: OrderView) => boolean = () => true, what = 'an order on the phone'): Promise<OrderView> {
    return until(what, async () => (await this.screen()).orders.find(wanted));
  }
}
