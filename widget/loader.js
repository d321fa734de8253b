// The script tag's file: defines <inpost-izi-button>, draws it at once, and fetches the widget (wasm) when it is wanted.
//
// Belongs here: the button's first looks (what comes later is in style.css), the hooks' stubs on `window`, loading and its retries. Does not belong here: any
// request to the backend, any dialog, anything stored. The build says where the rest is (FOLDER, from this file's own
// address) and what its hashes are (PINS of glue and wasm, empty where nothing is pinned). The wasm steers a button through
// its attributes: `status` (`waiting`, `linked`, `unavailable`), `trusted`, `busy`, and the contract's own (InPost contract,
// section 9).

(() => {
  const TAG = 'inpost-izi-button';
  if (customElements.get(TAG)) return;

  // `currentScript` is null in a module script: then the tag is found by its file's name.
  const script = document.currentScript ?? [...document.scripts].find((s) => /\/karfa[^/]*\.js/.test(s.src));
  const base = new URL(FOLDER, script?.src || location.href).href;
  const home = new URL('/', base).href;

  const HOOKS = 'CanBeBound AddToCart GetPayData GetBrowserData GetIsBound GetOrderComplete BindingDelete MobileLink'.split(' ').map((name) => `izi${name}`);

  // What the button says before the widget is there: on a product, on a basket, linked, not to be loaded. `@` is the wallet.
  const TEXTS = {
    pl: ['Utwórz koszyk z @', 'Kup z @', 'Produkty w koszyku @', 'Brak połączenia. Spróbuj jeszcze raz.'],
    en: ['Create a basket with @', 'Buy with @', 'Products in @ basket', 'No connection. Try again.'],
    nb: ['Lag handlekurv med @', 'Kjøp med @', 'Varer i @-kurven', 'Ingen forbindelse. Prøv igjen.'],
    da: ['Opret en kurv med @', 'Køb med @', 'Varer i @-kurven', 'Ingen forbindelse. Prøv igen.'],
    fi: ['Luo ostoskori: @', 'Osta: @', 'Tuotteita @ -korissa', 'Ei yhteyttä. Yritä uudelleen.'],
    sv: ['Skapa en varukorg med @', 'Köp med @', 'Varor i @-korgen', 'Ingen anslutning. Försök igen.'],
    is: ['Búa til körfu með @', 'Kaupa með @', 'Vörur í @-körfu', 'Ekkert samband. Reyndu aftur.'],
  };

  // Without line ends: on every page of a shop each byte counts.
  const CSS = `\
:host{display:block;max-width:400px;--_bg:#1d1d1b;--_fg:#fff;--_hover:#40403b;--_ring:#1d1d1b;--_gap:#fff;--_mark:#ffcb04;--_on:#1d1d1b;--_radius:0}\
:host([hidden]){display:none}\
:host(:is([dark_mode=true],[variation~=dark])){--_bg:#fff;--_fg:#1d1d1b;--_hover:#e6e5e0;--_ring:#fff;--_gap:#1d1d1b;--_mark:#1d1d1b;--_on:#fff}\
:host(:is([variant=primary],[variation~=primary])){--_bg:#ffcb04;--_fg:#1d1d1b;--_hover:#ffdb4d;--_mark:#1d1d1b;--_on:#fff}\
:host(:is([frame_style=rounded],[variation~=rounded])){--_radius:8px}\
:host(:is([frame_style=round],[variation~=round])){--_radius:32px}\
.b{box-sizing:border-box;display:flex;place-items:center;place-content:center;gap:8px;inline-size:100%;margin:0;padding:8px;border:1px solid transparent;border-radius:var(--karfa-button-radius,var(--_radius));background:var(--karfa-button-background,var(--_bg));color:var(--karfa-button-color,var(--_fg));font:600 1rem/1.25 var(--karfa-font,system-ui);text-decoration:none;cursor:pointer}\
.b:focus-visible{outline:3px solid var(--karfa-focus,var(--_ring));outline-offset:2px;box-shadow:0 0 0 2px var(--_gap)}\
.b svg{flex:none;inline-size:24px;block-size:24px;fill:none;stroke:var(--_mark);stroke-width:2;stroke-linejoin:round}\
.b[aria-busy=true] svg{animation:turn .9s linear infinite}\
.a{margin:8px 0 0}\
.a:empty,.b :empty:not(path){display:none}\
@keyframes turn{to{transform:rotate(1turn)}}\
@media(prefers-reduced-motion:reduce){.b svg{animation-duration:4s!important}}`;

  // This project's own pictures: a basket, a ring that turns, a tick in a ring.
  const BASKET = 'M4 9h16l-2 11H6zM8 9l4-6 4 6';
  const RING = 'M12 3a9 9 0 1 1-9 9';
  const TICK = 'M12 3a9 9 0 1 0 9 9M8 11l4 4L21 5';

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);

  const buttons = new Set();
  const told = {};
  let widget;
  let loading;
  let tries = 0;
  let failures = 0;
  // The wasm does not run here, for lack of 'wasm-unsafe-eval' most likely: the plain page does the same.
  let plain = false;

  // The dialog's texts and looks, in the languages that are read here.
  const tell = async (locale) => {
    if (told[locale]) return;
    const answer = await fetch(`${base}dialog.${locale}.json`);
    if (!answer.ok) throw answer;
    told[locale] = await answer.json();
    sheet.replaceSync(CSS + told[locale].style);
  };

  // import() alone checks no hash: an element does, and import() then takes the module that the element has loaded.
  const check = (src) =>
    new Promise((resolve, reject) => {
      const made = { type: 'module', integrity: PINS[0], src, nonce: script?.nonce ?? '', onload: resolve, onerror: reject };
      document.head.append(element('script', made));
    });

  const fetchWidget = async (left) => {
    try {
      // A browser may remember that a module failed, so each further try has an address of its own.
      const glue = `${base}karfa_widget.js${tries++ ? `?${tries}` : ''}`;
      const [wasm] = await Promise.all([fetch(`${base}karfa_widget_bg.wasm`, { integrity: PINS[1] }), check(glue)]);
      const module = await import(glue);
      await module.default({ module_or_path: wasm });
      await Promise.all([...buttons].map((button) => tell(button.locale)));
      module.start(home);
      widget = module;
      for (const button of buttons) module.attach(button);
      return module;
    } catch (error) {
      // A CompileError where it is not allowed, a ReferenceError where there is none. What the network does are TypeErrors.
      plain = /^(Comp|Ref)/.test(error.name);
      if (plain) buttons.forEach((button) => button.draw());
      if (plain || !left) throw error;
      await new Promise((resolve) => setTimeout(resolve, 4 ** (3 - left) * 500));
      return fetchWidget(left - 1);
    }
  };

  const load = () =>
    (loading ??= fetchWidget(2).catch((error) => {
      loading = undefined;
      throw error;
    }));
  const preload = () => load().catch(() => {});

  const element = (tag, properties) => Object.assign(document.createElement(tag), properties);

  // A size in px from an attribute, kept within the contract's limits.
  const size = (value, least, most, otherwise) => Math.min(most, Math.max(least, parseInt(value) || otherwise));

  class Button extends HTMLElement {
    static observedAttributes =
      'name masked_phone_number data-product-id basket count language binding_place max_width min_height variation status trusted busy'.split(' ');

    #own = new CSSStyleSheet();
    // Button, picture, its path, texts, label, detail, count, news, alert.
    #parts;

    constructor() {
      super();
      const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
      root.adoptedStyleSheets = [sheet, this.#own];
      root.innerHTML =
        '<button class=b part=button><svg viewBox="0 0 24 24" aria-hidden=true part=icon><path /></svg><span><span part=label></span>' +
        '<small part=detail></small></span><b part=count></b></button><span role=status class=u></span><p role=alert class=a part=alert></p>';
      this.#parts = [...root.querySelectorAll('*')];
      this.#parts[0].addEventListener('click', () => this.#clicked());
      for (const type of ['pointerenter', 'focusin']) this.addEventListener(type, preload);
      this.addEventListener('inpost-update-count', (event) => this.setAttribute('count', event.detail));
    }

    connectedCallback() {
      buttons.add(this);
      this.draw();
      widget?.attach(this);
      // A page at rest may not be called idle for half a minute.
      (window.requestIdleCallback ?? setTimeout)(preload, { timeout: 2000 });
    }

    disconnectedCallback() {
      buttons.delete(this);
      widget?.detach(this);
    }

    attributeChangedCallback(name, before, after) {
      if (before !== after && this.isConnected) this.draw();
    }

    // The language of all texts: the attribute's, else the page's, else the browser's, else English.
    get locale() {
      const own = this.getAttribute('language');
      for (const tag of own ? [own] : [document.documentElement.lang, ...navigator.languages]) {
        const code = tag.toLowerCase().split('-')[0].replace(/^n[on]$/, 'nb');
        if (TEXTS[code]) return code;
      }
      return 'en';
    }

    // The dialog's texts in that language, once they are there.
    get texts() {
      return told[this.locale];
    }

    draw() {
      let [button, , path, , label, detail, number] = this.#parts;
      const value = (name) => this.getAttribute(name) ?? '';
      const texts = this.texts;
      if (widget && !texts) tell(this.locale).then(() => this.draw(), () => {});
      const masked = this.getAttribute('masked_phone_number');
      const status = value('status');
      const linked = status ? status === 'linked' : masked !== null;
      const busy = this.hasAttribute('busy');
      const product = value('basket') !== 'true' && (value('data-product-id') || value('binding_place') === 'PRODUCT_CARD');
      // A shared computer's next user sees no number: it shows in a trusted browser, or where the page itself put it.
      const known = linked && (!status || this.hasAttribute('trusted'));
      label.textContent = (status === 'waiting' && texts?.awaited) || this.#says(linked ? 2 : product ? 0 : 1);
      detail.textContent = known ? [value('name'), masked].filter(Boolean).join(' · ') : '';
      number.textContent = linked ? value('count') : '';
      if (plain) {
        const { activeElement } = this.shadowRoot;
        if (!button.href) {
          const link = element('a', { className: 'b', part: 'button' });
          link.append(...button.childNodes);
          button.replaceWith(link);
          this.#parts[0] = button = link;
        }
        button.href = this.plain();
        if (activeElement) button.focus();
      }
      button.setAttribute('aria-busy', busy);
      button.lang = this.locale;
      path.setAttribute('d', busy || status === 'waiting' ? RING : linked ? TICK : BASKET);
      // Five sizes from 48 to 64.
      const step = ['sm', 'md', 'lg', 'xl'].findIndex((name) => value('variation').includes(`size-${name}`));
      this.#own.replaceSync(`:host{max-width:${size(value('max_width'), 220, 1200, 400)}px}.b{min-height:${size(value('min_height'), 48, 64, 52 + 4 * step)}px}`);
    }

    // Where the same is done with forms.
    plain() {
      return `${home}plain?product=${encodeURIComponent(this.getAttribute('data-product-id') ?? '')}&lang=${this.locale}`;
    }

    #says(at) {
      return TEXTS[this.locale][at].replace('@', 'InPost Pay');
    }

    // Tells a screen reader a sentence that the button itself does not show.
    say(text) {
      this.#parts[7].textContent = text;
    }

    async #clicked() {
      if (this.hasAttribute('busy')) return;
      this.#parts[8].textContent = '';
      // The click is remembered here: it goes on when the widget is there.
      this.toggleAttribute('busy', !widget);
      try {
        const module = await load();
        await tell(this.locale);
        this.removeAttribute('busy');
        module.click(this);
      } catch {
        this.removeAttribute('busy');
        // Said once; whoever tries again and is online is not left with a button that does nothing.
        plain ||= failures++ > 0 && navigator.onLine;
        if (plain) location.assign(this.plain());
        else this.#parts[8].textContent = this.#says(3);
      }
    }
  }

  for (const name of HOOKS) {
    const hook = (...values) => (widget ? widget.hook(name, ...values) : load().then((module) => module.hook(name, ...values)));
    hook.karfa = true;
    window[name] ??= hook;
  }
  window.handleInpostIziButtons ??= () => buttons.forEach((button) => button.draw());

  customElements.define(TAG, Button);
})();
