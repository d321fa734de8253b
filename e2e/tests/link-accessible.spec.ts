// axe finds nothing on any screen, in light and in dark; and what a screen reader is told of the two that matter most.
import { expectAccessible } from '../support/accessible.ts';
import { GOODS } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test('every screen from the click to the link', async ({ page, shop, widget, person, phone }) => {
      test.slow();
      await shop.product(GOODS.socks);
      await widget.button.click();
      await expect(widget.screen('optionsMissing')).toBeVisible();
      await expectAccessible(page);
      await shop.product(GOODS.soap);
      await expect(widget.button).toBeVisible();
      await expectAccessible(page);
      await widget.open();
      await expectAccessible(page);
      await widget.press('connect').click();
      await expect(widget.numberError).toBeVisible();
      await expectAccessible(page);
      await widget.send(person);
      await expect(widget.screen('waiting')).toBeVisible();
      await widget.dialog.getByText('Nie widzisz powiadomienia?').click();
      await expectAccessible(page);
      await phone.reject();
      await expect(widget.screen('rejected')).toBeVisible();
      await expectAccessible(page);
      await widget.press('retry').click();
      await widget.press('connect').click();
      await expect(widget.screen('waiting')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(widget.dialog).toHaveCount(0);
      await expectAccessible(page);
      await widget.button.click();
      await phone.approve({ trust_browser: true });
      await widget.expectJustLinked();
      await widget.expectLinked(1);
      await expectAccessible(page);
    });

    test('every screen of a linked basket', async ({ page, shop, widget, phone }) => {
      test.slow();
      // The success closes by itself after three seconds, and axe may take longer to look at it.
      await page.addInitScript(() => {
        const sooner = window.setTimeout;
        const later = (done: () => void, ms?: number) => sooner(done, ms === 3000 ? 60_000 : ms);
        Object.assign(window, { setTimeout: later });
      });
      await shop.product(GOODS.soap);
      await widget.ask(phone.person);
      await phone.approve();
      await widget.expectJustLinked();
      await expectAccessible(page);
      await widget.press('done').click();
      await shop.basket();
      await widget.button.click();
      await expect(widget.screen('panel')).toBeVisible();
      await expectAccessible(page);
      await widget.press('otherAccount').click();
      await expect(widget.screen('confirm')).toBeVisible();
      await expectAccessible(page);
      await widget.press('keep').click();
      await phone.deleteBasket(await phone.basket());
      await expect(widget.screen('deleted')).toBeVisible();
      await expectAccessible(page);
    });
  });
}

test('the button says that it is busy while it is, and no longer', async ({ page, shop, widget }) => {
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => { answer = resolve; });
  await page.route('**/api/widget/can-be-bound', async (route) => {
    await held;
    await route.continue();
  });
  await shop.product(GOODS.soap);
  await widget.button.click();
  const said = page.locator('inpost-izi-button').getByRole('status').first();
  await expect(said).toHaveText('Chwileczkę…');
  answer();
  await expect(widget.screen('phone')).toBeVisible();
  await expect(said).toHaveText('');
});

test('what a screen reader is told on the phone screen', async ({ shop, widget }) => {
  await shop.product(GOODS.soap);
  await widget.open();
  await expect(widget.number).toHaveAttribute('type', 'tel');
  await expect(widget.number).toHaveAttribute('inputmode', 'numeric');
  await expect(widget.number).toHaveAttribute('autocomplete', 'tel-national');
  await expect(widget.number).toHaveAccessibleDescription(/Podaj numer telefonu z aplikacji InPost Mobile/);
  await expect(widget.dialog).toMatchAriaSnapshot(`
    - dialog "Połącz koszyk z aplikacją":
      - text: InPost Pay
      - button "Zamknij"
      - heading "Połącz koszyk z aplikacją" [level=2]
      - paragraph: Podaj numer telefonu z aplikacji InPost Mobile. Dostaniesz w niej powiadomienie – wystarczy je potwierdzić.
      - text: Numer telefonu
      - combobox "Kierunkowy kraju":
        - option "Polska +48" [selected]
      - textbox "Numer telefonu"
      - button "Połącz"
  `);
});

test('what a screen reader is told on the waiting screen', async ({ shop, widget, person }) => {
  await shop.product(GOODS.soap);
  await widget.ask(person);
  await expect(widget.dialog).toMatchAriaSnapshot(`
    - dialog "Potwierdź w aplikacji":
      - text: InPost Pay
      - button "Zamknij"
      - heading "Potwierdź w aplikacji" [level=2]
      - paragraph: Otwórz aplikację InPost Mobile i potwierdź połączenie koszyka. Ta strona zauważy to sama.
      - paragraph: /Powiadomienie dla numeru \\d{2}\\*{5}\\d{2}/
      - status: Pozostało 10 min
      - group: Nie widzisz powiadomienia?
      - button "Anuluj"
  `);
});
