// What one worker's tests play on: a shop's backend and a sandbox that know each other, with a database of their own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Program } from './program.ts';
import { CLIENT_SECRET } from './people.ts';

/** What a test can set in the backend's configuration, with `test.use({ settings: { … } })`. */
export interface Settings {
  /** How long the shopper has to approve in the app. */
  approvalSeconds?: number;
  /** Puts the vendor's own widget on the pages. */
  protocol?: 'v2';
}

/** Somebody else may take a port between the moment it is found free and the moment it is listened on. */
const TRIES = 3;

export class Stage {
  /** Where the shop is. */
  readonly url: string;
  /** Where the sandbox is: `/phone`, `/control`, `/inpost`. */
  readonly sandboxUrl: string;
  readonly server: Program;
  readonly sandbox: Program;
  readonly #folder: string;

  private constructor(name: string, serverPort: number, sandboxPort: number, settings: Settings) {
    this.url = `http://127.0.0.1:${serverPort}`;
    this.sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'karfa-e2e-'));
    const config = join(this.#folder, 'karfa.toml');
    writeFileSync(config, this.#config(settings));
    this.server = new Program(`${name}-server`, ['serve', '--config', config]);
    this.sandbox = new Program(`${name}-sandbox`, [
      'sandbox', '--port', String(sandboxPort), '--merchant-url', `${this.url}/inpost`, '--data', this.#folder,
    ]);
  }

  /** Starts both on free ports. `name` names the log files. */
  static async start(name: string, settings: Settings = {}): Promise<Stage> {
    for (let left = TRIES; ; left -= 1) {
      const stage = new Stage(name, await freePort(), await freePort(), settings);
      try {
        await stage.sandbox.start();
        await stage.server.start();
        return stage;
      } catch (error) {
        await stage.stop();
        if (left <= 1 || !/in use/i.test(String(error))) throw error;
      }
    }
  }

  async stop(): Promise<void> {
    try {
      await this.server.stop();
    } finally {
      await this.sandbox.stop();
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  #config(settings: Settings): string {
    return `
listen = "${this.url.slice('http://'.length)}"
public_url = "${this.url}"
database = "${join(this.#folder, 'karfa.db')}"
[[store]]
id = "demo"
catalogue = "demo"
[store.inpost]
api_url = "${this.sandboxUrl}/inpost"
token_url = "${this.sandboxUrl}/inpost/auth/token"
client_id = "karfa-demo"
client_secret = "${CLIENT_SECRET}"
pos_id = "karfa-demo"
approval_seconds = ${settings.approvalSeconds ?? 600}
${settings.protocol === 'v2' ? this.#vendorsWidget() : ''}
`;
  }

  #vendorsWidget(): string {
    return `
protocol = "v2"
merchant_client_id = "karfa-demo"
widget_api_url = "${this.sandboxUrl}/inpost/widget"
`;
  }
}
