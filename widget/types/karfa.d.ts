// Types of the checkout element, its events and its hooks: `/// <reference path="karfa.d.ts" />`, or list it in `types`.

/** What `iziGetPayData` answers. All empty: the phone was accepted, the browser is trusted, or the basket is linked. */
interface IziPayData {
  /** Text of the QR code. */
  qr_code?: string;
  /** Opens the app. */
  deep_link?: string;
  /** Opens the app on a Huawei phone. */
  deep_link_hms?: string;
  /** The wallet's code when it refused. */
  error_code?: string;
  error_message?: string;
}

/** What the wallet shows the shopper about this browser. */
interface IziBrowserData {
  user_agent: string;
  description: string;
  platform: string;
  architecture: string;
}

/** The confirmation of a link. */
interface IziConfirmation {
  status: 'SUCCESS' | 'REJECT';
  masked_phone_number?: string;
  name?: string;
  browser?: { browser_trusted: boolean; browser_id?: string };
}

/** What the page does once the order is done. */
type IziOrderComplete = { action: 'redirect'; redirect: string } | { action: 'refresh' };

/** `detail` of `izi-binding-complete`. */
interface IziBindingComplete {
  masked_phone_number?: string;
  /** Just linked. */
  basket_linked?: true;
  /** Unlinked. */
  basketLinked?: false;
}

type IziPlace =
  | 'PRODUCT_CARD' | 'BASKET_SUMMARY' | 'ORDER_CREATE' | 'BASKET_POPUP' | 'THANK_YOU_PAGE'
  | 'LOGIN_PAGE' | 'CHECKOUT_PAGE' | 'REGISTERFORM_PAGE' | 'MINICART_PAGE';

/** The attributes of `<inpost-izi-button>`. All are observed live. */
interface InpostIziButtonAttributes {
  /** The product to add while linking; absent on a basket page. */
  'data-product-id'?: string | number;
  binding_place?: IziPlace;
  basket?: 'true' | 'false';
  count?: string | number;
  language?: 'pl' | 'en' | 'nb' | 'da' | 'fi' | 'sv' | 'is' | (string & {});
  variant?: 'primary' | 'secondary';
  dark_mode?: 'true' | 'false';
  frame_style?: 'round' | 'rounded';
  /** 220 to 1200, in px. */
  max_width?: string | number;
  /** 48 to 64, in px. */
  min_height?: string | number;
  /** The second generation's looks in one: `rounded dark primary size-xl`. */
  variation?: string;
  /** The buyer's first name, when linked. */
  name?: string;
  /** `60*****00`; its presence says that the basket is linked. */
  masked_phone_number?: string;
}

interface InpostIziButton extends HTMLElement {}

interface HTMLElementTagNameMap {
  'inpost-izi-button': InpostIziButton;
}

interface HTMLElementEventMap {
  'izi-binding-complete': CustomEvent<IziBindingComplete>;
  'karfa-basket-change': CustomEvent<{ count: number }>;
  'inpost-update-count': CustomEvent<number>;
}

interface DocumentEventMap {
  iziModalEventOpen: CustomEvent<null>;
  iziModalEventClose: CustomEvent<null>;
}

interface Window {
  iziCanBeBound(productId?: string | number): boolean | Promise<boolean>;
  iziAddToCart(productId: string | number): Promise<unknown>;
  iziGetPayData(prefix: string, phone: string, bindingPlace: string): Promise<IziPayData>;
  iziGetBrowserData(options?: { base64?: boolean }): IziBrowserData | string | Promise<IziBrowserData | string>;
  iziGetIsBound(): Promise<IziConfirmation>;
  iziGetOrderComplete(): Promise<IziOrderComplete>;
  iziBindingDelete(): Promise<unknown>;
  iziMobileLink(): Promise<{ link: string }>;
  /** Scans the page and draws every button again. */
  handleInpostIziButtons(): void;
}

// For JSX. React's own types name an intrinsic element's props; others take them as they are.
declare namespace JSX {
  interface IntrinsicElements {
    'inpost-izi-button': InpostIziButtonAttributes & { id?: string; class?: string; className?: string; slot?: string; ref?: unknown };
  }
}
