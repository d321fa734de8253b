// One visit of a product page on a slow phone's terms: from the address to the button, from a click to the phone screen.
import { expect, type Browser, type CDPSession } from '@playwright/test';

/** "Slow 4G" as browsers' own tools have it, and a processor of a quarter. */
const NETWORK = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };
const CPU_SLOWDOWN = 4;

/** What tells one widget from another. */
export interface Contestant {
  name: string;
  /** The product's page. */
  url: string;
  /** The button, once it can be clicked, and the field for the number, as selectors in open shadow roots too. */
  button: string;
  phone: string;
  /** Hosts that are not let out; they are counted as asked. */
  blocked: string[];
}

/** What one visit came to. Times in milliseconds, sizes in bytes as they travelled. */
export interface Visit {
  buttonMs: number;
  phoneMs: number;
  /** Both together, without what the driver of the browser takes to click. */
  wholeMs: number;
  bytesToButton: number;
  bytesToPhone: number;
  requests: number;
  hosts: number;
  layoutShift: number;
  mainThreadMs: number;
}

/** What belongs to the page itself, whichever widget stands on it. */
const isOfPage = (url: URL) => /^\/(product|demo|assets|api\/shop)\//.test(url.pathname);

interface Marks {
  button?: number;
  click?: number;
  phone?: number;
  shift: number;
}

/** Runs in the page: notes the first frame in which each thing can be seen. */
function observe({ button, phone }: { button: string; phone: string }): void {
  const marks: Marks = { shift: 0 };
  Object.assign(window, { marks });
  const find = (root: Document | ShadowRoot, selector: string): Element | null => {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const element of root.querySelectorAll('*')) {
      const inside = element.shadowRoot && find(element.shadowRoot, selector);
      if (inside) return inside;
    }
    return null;
  };
  const seen = (selector: string) => find(document, selector)?.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ?? false;
  addEventListener('click', () => { marks.click ??= performance.now(); }, { capture: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) {
      if (!entry.hadRecentInput) marks.shift += entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
  const look = () => {
    if (marks.button === undefined && seen(button)) marks.button = performance.now();
    if (marks.click !== undefined && marks.phone === undefined && seen(phone)) marks.phone = performance.now();
    if (marks.phone === undefined) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function mainThreadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
}

/** Visits as a new shopper with an empty cache, and clicks as soon as there is a button. */
export async function visit(browser: Browser, { url, button, phone, blocked }: Contestant): Promise<Visit> {
  const context = await browser.newContext({ locale: 'pl-PL' });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Performance.enable');
  await session.send('Network.setBlockedURLs', { urls: blocked.map((origin) => `${origin}/*`) });
  await session.send('Network.emulateNetworkConditions', NETWORK);
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });

  const ofWidget = new Set<string>();
  const hosts = new Set<string>();
  let bytes = 0;
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const asked = new URL(request.url);
    if (!/^https?:$/.test(asked.protocol)) return;
    hosts.add(asked.host);
    if (!isOfPage(asked)) ofWidget.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (ofWidget.has(requestId)) bytes += encodedDataLength;
  });
  await page.addInitScript(observe, { button, phone });
  const marks = () => page.evaluate(() => (window as unknown as { marks: Marks }).marks);

  await page.goto(url, { waitUntil: 'commit' });
  const place = page.locator(button).first();
  await expect.poll(async () => (await marks()).button, { timeout: 60_000 }).toBeDefined();
  const bytesToButton = bytes;
  // The element itself: a click of the mouse would first wait until nothing moves.
  await place.evaluate((element: HTMLElement) => element.click());
  await expect.poll(async () => (await marks()).phone, { timeout: 60_000 }).toBeDefined();
  const { button: buttonMs = NaN, click = NaN, phone: phoneMs = NaN, shift } = await marks();
  const result = {
    buttonMs, phoneMs: phoneMs - click, wholeMs: buttonMs + phoneMs - click, bytesToButton, bytesToPhone: bytes, requests: ofWidget.size, hosts: hosts.size, layoutShift: shift,
    mainThreadMs: await mainThreadMs(session),
  };
  await context.close();
  return result;
}

/** The middle one of an odd number of values. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
