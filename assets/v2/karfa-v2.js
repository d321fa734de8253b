// For a shop whose pages use the vendor's own InPost Pay widget (protocol = "v2"): fetches the vendor's script and starts
// it with what the backend says.
//
// Belongs here: what the vendor leaves to the shop. Does not belong here: the button, the dialog and the talk with InPost,
// which are the vendor's. Never on a page that has /karfa.js: both would draw the same button.

(() => {
  const BUTTON = 'inpost-izi-button';
  /** Places on pages that show the basket itself: they load anew when the app changes it. */
  const SHOWS_BASKET = ['BASKET_SUMMARY', 'BASKET_POPUP', 'MINICART_PAGE', 'ORDER_CREATE', 'CHECKOUT_PAGE'];
  /** What a shopper can mend on the page: the vendor's dialog, which only says that something failed, stays away. */
  const MENDABLE = ['options_missing', 'out_of_stock', 'too_many', 'empty_basket', 'unknown_product', 'currency'];

  const endpoint = new URL('/api/widget/v2/binding', document.currentScript?.src || location.href);
  // One id for this page: a click that the widget repeats by itself, after unlinking, adds no second piece.
  const visit = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  /** Buttons whose `variation` is of our making. */
  const dressed = new WeakSet();

  const buttons = () => [...document.querySelectorAll(BUTTON)];
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

  async function ask(body) {
    const answer = await fetch(endpoint, {
      credentials: 'include',
      headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    const json = await answer.json();
    if (answer.ok) return json;
    throw Object.assign(new Error(json.detail), { code: json.code, status: answer.status });
  }

  /** A product's id may have any shape, a request's may not. */
  function requestId(product) {
    let sum = 0;
    for (const sign of product) sum = (sum * 31 + sign.codePointAt(0)) >>> 0;
    return `${visit}-${sum.toString(16)}`;
  }

  const refused = ({ code, message }) => tell('karfa-link-refused', { code, message });

  async function unboundWidgetClicked(product) {
    try {
      const answer = await ask(product ? { product_id: product, request_id: requestId(product) } : {});
      tell('karfa-basket-change');
      return answer.basket_binding_api_key;
    } catch (error) {
      refused(error);
      throw MENDABLE.includes(error.code) ? new Error('UNDELIVERABLE_PRODUCT') : error;
    }
  }

  /** Asks until there is an answer: the backend may be starting anew, or the network be gone for a moment. */
  async function insist() {
    for (const pause of [500, 1500, 4000]) {
      try {
        return await ask();
      } catch (error) {
        if (error.status < 500) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    return ask();
  }

  /** `true`: nothing more to do; `false`: the widget loads the page anew. */
  async function handleBasketEvent(event) {
    if (event === 'orderCreated') {
      const { order } = await insist();
      if (order?.action === 'redirect') location.assign(order.redirect);
      return true;
    }
    tell('karfa-basket-change');
    return !buttons().some((button) => SHOWS_BASKET.includes(button.getAttribute('binding_place')));
  }

  /** The first generation's looks in the second's words, where the page does not use those itself. */
  function dress() {
    for (const button of buttons()) {
      if (button.hasAttribute('variation') && !dressed.has(button)) continue;
      dressed.add(button);
      const words = [
        button.getAttribute('frame_style'),
        button.getAttribute('variant') === 'primary' && 'primary',
        button.getAttribute('dark_mode') === 'true' && 'dark',
      ];
      const variation = words.filter(Boolean).join(' ');
      if (button.getAttribute('variation') !== variation) button.setAttribute('variation', variation);
    }
  }

  /** The widget reads a button when it draws it: after a change it must be told to draw again. */
  function follow(widget) {
    const again = () => {
      dress();
      widget.rerender();
    };
    const isOurs = ({ target, addedNodes }) =>
      target.localName === BUTTON ||
      [...addedNodes].some((node) => node.localName === BUTTON || node.querySelector?.(BUTTON));
    new MutationObserver((changes) => changes.some(isOurs) && again()).observe(document, {
      subtree: true,
      childList: true,
      attributeFilter: ['data-product-id', 'binding_place', 'variant', 'frame_style', 'dark_mode'],
    });
    window.handleInpostIziButtons = again;
  }

  const load = (src) =>
    new Promise((resolve, reject) => {
      const onerror = () => reject(new Error(`${src} could not be loaded`));
      document.head.append(Object.assign(document.createElement('script'), { src, onload: resolve, onerror }));
    });

  async function start() {
    const settings = await insist();
    // Ordered while no page was open.
    if (settings.order?.action === 'redirect' && !settings.told) {
      location.assign(settings.order.redirect);
      return;
    }
    if (!window.InPostPayWidget) await load(settings.script_url);
    dress();
    const widget = window.InPostPayWidget.init({
      merchantClientId: settings.merchant_client_id,
      apiBaseUrl: settings.api_base_url,
      basketBindingApiKey: settings.basket_binding_api_key ?? undefined,
      language: document.querySelector(BUTTON)?.getAttribute('language') ?? document.documentElement.lang,
      unboundWidgetClicked,
      handleBasketEvent,
    });
    follow(widget);
  }

  start().catch(refused);
})();
