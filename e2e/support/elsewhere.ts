// A merchant's own shop, elsewhere: pages that embed the button of a backend on another host. One small server that
// answers under every name; a name is a site.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { freePort } from './program.ts';
import { KARFA } from './paths.ts';

/** What a page of the shop is like. */
export interface Embedding {
  /** The backend's address, as the page knows it. */
  backend: string;
  /** The product that the page is about. */
  product: string;
  /** The script tag; by default the newest loader's. */
  script?: string;
  /** The page's Content-Security-Policy. */
  policy?: string;
}

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

export class Elsewhere {
  readonly port: number;
  readonly #pages = new Map<string, Embedding>();
  readonly #server: Server;

  private constructor(port: number) {
    this.port = port;
    this.#server = createServer((request, response) => {
      const page = this.#pages.get(request.url ?? '');
      if (!page) {
        response.writeHead(404).end();
        return;
      }
      const { backend, product, policy, script = `<script src="${backend}/karfa.js" defer></script>` } = page;
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        // The same bytes for everybody, from whichever cache.
        'cache-control': 'public, max-age=600',
        ...(policy ? { 'content-security-policy': policy } : {}),
      });
      response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Elsewhere</title><link rel="icon" href="data:,">${script}
<h1>A product</h1>
<inpost-izi-button data-product-id="${escape(product)}" binding_place="PRODUCT_CARD" language="en"><a href="${backend}/plain?product=${escape(product)}&amp;lang=en">InPost Pay</a></inpost-izi-button>
<p>More of the page.</p></html>`);
    });
  }

  static async start(): Promise<Elsewhere> {
    const shop = new Elsewhere(await freePort());
    shop.#server.listen(shop.port, '127.0.0.1');
    await once(shop.#server, 'listening');
    return shop;
  }

  /** The shop's origin under a name: `localhost` is another site than `127.0.0.1`. */
  origin(name: string): string {
    return `http://${name}:${this.port}`;
  }

  /** Puts a page up, under every name: its path. */
  page(embedding: Embedding): string {
    const path = `/${this.#pages.size + 1}`;
    this.#pages.set(path, embedding);
    return path;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** What `karfa embed` prints for a configuration: the whole, its script tag, and the policy that a page needs. */
export function snippet(config: string, ...options: string[]): { text: string; script: string; policy: string } {
  const text = execFileSync(KARFA, ['embed', '--config', config, ...options], { encoding: 'utf8', env: { PATH: process.env.PATH } });
  const script = /<script .*<\/script>/.exec(text)?.[0];
  const policy = text.split('\n').filter((line) => /^ {2}[a-z]+-src /.test(line)).map((line) => line.trim());
  if (script === undefined || policy.length === 0) throw new Error(`karfa embed printed no snippet:\n${text}`);
  return { text, script, policy: policy.join('; ') };
}
