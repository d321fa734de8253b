// What no page may do, in any test: break, complain in the console, or talk to somebody else than its own backend.
import type { BrowserContext, ConsoleMessage } from '@playwright/test';

/** The browser's own remarks about a call that failed or a socket that closed: tests bring those about on purpose. */
const EXPECTED = [/^Failed to load resource/, /^WebSocket connection to /];

/** Listens to every page of a context; the returned list grows with each thing that is not as it should be. */
export async function watch(context: BrowserContext, isOwn: (host: string) => boolean, allowed: readonly RegExp[]): Promise<string[]> {
  const wrong: string[] = [];
  const note = (text: string) => {
    if (![...EXPECTED, ...allowed].some((pattern) => pattern.test(text))) wrong.push(text);
  };
  context.on('weberror', (error) => note(`page error: ${error.error().stack ?? error.error().message}`));
  context.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'error' || message.type() === 'warning') note(message.text());
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && !isOwn(url.host)) {
      note(`request to another host: ${url.protocol}//${url.host}${url.pathname}`);
    }
  });
  // The browser says it in words of its own; the event names the directive.
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      console.error(`content security policy: ${effectiveDirective} forbids ${blockedURI}`);
    });
  });
  return wrong;
}
