// The customer's phone as the customer sees it: the sandbox's page in a window of its own, beside the till's.
import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { mustNotBeLogged } from './people.ts';
import type { Customer } from './customers.ts';
import type { Stage } from './stage.ts';

export class PhoneWindow {
  private constructor(readonly page: Page) {}

  /** Takes a customer's phone in hand. It is locked. */
  static async open(context: BrowserContext, stage: Stage, customer: Customer, language: 'nb' | 'is' | 'en' = 'nb'): Promise<PhoneWindow> {
    const page = await context.newPage();
    await page.goto(`${stage.sandboxUrl}/phone/${customer.number}?lang=${language}`);
    await expect(page.locator('#unlock')).toBeVisible();
    return new PhoneWindow(page);
  }

  /** The name of a text's element on the phone: `approve`, `reject`, `binding-message`, `sms-code`. */
  at(id: string): Locator {
    return this.page.locator(`[id="${id}"]`);
  }

  /** What has arrived and waits. */
  get pushes(): Locator {
    return this.page.locator('[id^="push-"]');
  }

  /** Opens what has arrived: the newest, or the one that says this. */
  async openPush(text?: string | RegExp): Promise<void> {
    const push = text === undefined ? this.pushes.first() : this.pushes.filter({ hasText: text });
    await expect(push).toBeVisible();
    await push.click();
  }

  /** Back to where pushes and codes are. */
  async home(): Promise<void> {
    for (const id of ['unlock', 'home']) {
      if (await this.at(id).isVisible()) await this.at(id).click();
    }
    await expect(this.page.locator('.pass').first()).toBeVisible();
  }

  /** A code that the customer holds out: its text, as a scanner reads it or as it is read out. */
  async code(name: 'personal-qr-text' | 'app-code-text' | 'app-code-barcode-text' | 'sms-code'): Promise<string> {
    const text = (await this.at(name).innerText()).trim();
    mustNotBeLogged({ what: 'a code on a phone', text: text.slice(text.lastIndexOf('/') + 1) });
    return text;
  }

  /** What the screen says. */
  async says(text: string | RegExp): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(text);
  }
}
