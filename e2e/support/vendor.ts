// The vendor's own widget, as it is published, on the shop's pages: its file, its button, its dialog.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { mustNotBeLogged, type Person } from './people.ts';

const FILE = createRequire(import.meta.url).resolve('@inpost-pay/widget');
/** Where the vendor serves the file. */
const SCRIPT = 'https://inpostpay-widget-v2.inpost.pl/inpostpay.widget.v2.js';

/** What a phone opens in the app. */
const APP = 'https://inpost.pl';

/** What the vendor's file asks of others by itself: fonts, pictures, and the count of its own use. None of it is let out. */
export const OTHERS = [
  'https://fonts.googleapis.com', 'https://fonts.gstatic.com', 'https://static.inpost.pl', 'https://inpostpay-widget-api.inpost.pl',
];

/** `allowedNoise` for a page with the vendor's widget. One pattern: Playwright reads a list of two as a fixture and its options. */
export const NOISE = [new RegExp(`^request to another host: (${[SCRIPT, `${APP}/izilink`, ...OTHERS].join('|').replaceAll('.', '\\.')})`)];

/** Answers for the vendor's server with the published file, and keeps the page away from everybody else's. */
export async function serveVendor(context: BrowserContext): Promise<void> {
  const body = readFileSync(FILE, 'utf8');
  await context.route((url) => OTHERS.includes(url.origin), (route) => route.abort('blockedbyclient'));
  // The phone opens the app: the page stays as it is.
  await context.route((url) => url.origin === APP, (route) => route.fulfill({ status: 204 }));
  await context.route(SCRIPT, (route) => route.fulfill({ contentType: 'text/javascript', body }));
  // Whoever has a key can link that basket.
  context.on('response', async (response) => {
    if (!response.url().endsWith('/api/widget/v2/binding')) return;
    const answer = (await response.json().catch(() => ({}))) as { basket_binding_api_key?: string | null };
    if (answer.basket_binding_api_key) mustNotBeLogged({ what: 'a basket binding key', text: answer.basket_binding_api_key });
  });
}

/** The vendor's button and dialog in a page. */
export class VendorWidget {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Its button, as soon as it can be clicked. */
  get button(): Locator {
    return this.page.locator('inpost-izi-button .inpostpay-widget:not(.loading) .button');
  }

  /** Waits until the button says that the basket is linked, with this number of pieces. */
  async expectLinked(count: number): Promise<void> {
    await expect(this.page.locator('inpost-izi-button .inpostpay-widget.bound:not(.loading) .count-badge')).toHaveText(String(count));
  }

  /** Waits until the button says that it is not. */
  async expectUnlinked(): Promise<void> {
    await expect(this.page.locator('inpost-izi-button .inpostpay-widget.unbound:not(.loading) .button')).toBeVisible();
  }

  /** A part of the open dialog, found as the vendor's code finds it. */
  part(selector: string): Locator {
    return this.page.locator(`#inpostpay-widget-popup .inpostpay-widget-popup ${selector}`);
  }

  /** The field for the number. */
  get number(): Locator {
    return this.part('#input-phone');
  }

  /** From the button to the phone screen. */
  async open(): Promise<void> {
    await this.button.click();
    await expect(this.number).toBeVisible();
  }

  /** Types a number and sends it. */
  async send(person: Person): Promise<void> {
    await this.number.fill(person.phone);
    await this.part('#button-connect').click();
  }

  /** Sends a number that InPost takes: the push is on the phone. An answer that came sooner would not close the dialog. */
  async ask(person: Person): Promise<void> {
    await this.send(person);
    await expect(this.part('.delete-binding-link a')).toBeVisible();
  }

  /** Unlinks, through the dialog of a linked basket. The widget then begins anew by itself. */
  async unlink(): Promise<void> {
    await this.button.click();
    await this.part('.delete-binding-link a').click();
    await this.part('#button-delete-binding').click();
  }
}
