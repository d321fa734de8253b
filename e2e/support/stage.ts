// What one worker's tests play on: a shop's backend and a sandbox that know each other, with a database of their own.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from './database.ts';
import { freePort, Program } from './program.ts';
import { Elsewhere } from './elsewhere.ts';
import { ROOT } from './paths.ts';
import { CLIENT_SECRET, MERCHANT_SECRET } from './people.ts';

/** What a test can set in the backend's configuration, with `test.use({ settings: { … } })`. */
export interface Settings {
  /** How long the shopper has to approve in the app. */
  approvalSeconds?: number;
  /** Puts the vendor's own widget on the pages. */
  protocol?: 'v2';
  /** Where that widget's script is, if not at the vendor's. */
  widgetScript?: string;
  /** A shop elsewhere embeds the button: as `localhost` and `www.shop.localhost` it is listed, under other names it is a stranger. */
  elsewhere?: boolean;
  /** Which generation of Netgíró's interface the tills in Reykjavík speak: the first, where it is left out. */
  netgiro?: 'v1' | 'v2';
}

/** Tills of each branch: a test takes one that no other test has used, so that no desk has somebody else's sale on it. */
const TILLS = 200;

/** Somebody else may take a port between the moment it is found free and the moment it is listened on. */
const TRIES = 3;

export class Stage {
  /** Where the shop is. */
  readonly url: string;
  /** Where the sandbox is: `/phone`, `/control`, `/inpost`. */
  readonly sandboxUrl: string;
  readonly server: Program;
  readonly sandbox: Program;
  /** The backend's configuration file. */
  readonly config: string;
  /** What the backend has written down. */
  readonly database: Database;
  readonly #elsewhere: Elsewhere | undefined;
  readonly #folder: string;
  #tillsTaken = 0;

  private constructor(name: string, serverPort: number, sandboxPort: number, settings: Settings, elsewhere?: Elsewhere) {
    this.#elsewhere = elsewhere;
    this.url = `http://127.0.0.1:${serverPort}`;
    this.sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'karfa-e2e-'));
    this.config = join(this.#folder, 'karfa.toml');
    this.database = new Database(join(this.#folder, 'karfa.db'));
    writeFileSync(this.config, this.#config(settings));
    this.server = new Program(`${name}-server`, ['serve', '--config', this.config]);
    this.sandbox = new Program(`${name}-sandbox`, [
      'sandbox', '--port', String(sandboxPort), '--merchant-url', `${this.url}/inpost`, '--data', this.#folder,
    ]);
  }

  /** Starts both on free ports. `name` names the log files. */
  static async start(name: string, settings: Settings = {}): Promise<Stage> {
    for (let left = TRIES; ; left -= 1) {
      const elsewhere = settings.elsewhere ? await Elsewhere.start() : undefined;
      const stage = new Stage(name, await freePort(), await freePort(), settings, elsewhere);
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

  /** The shop elsewhere. */
  get elsewhere(): Elsewhere {
    if (this.#elsewhere === undefined) throw new Error('set `settings: { elsewhere: true }`');
    return this.#elsewhere;
  }

  /** The id of a till that no test has used. */
  freshTill(): string {
    this.#tillsTaken += 1;
    if (this.#tillsTaken > TILLS) throw new Error('this suite has run out of tills');
    return `t${this.#tillsTaken}`;
  }

  /** The hosts that pages may talk to. */
  isOwn(host: string): boolean {
    const own = [this.url, this.sandboxUrl].map((url) => new URL(url).host);
    const [name = '', port] = host.split(':');
    const local = name === 'localhost' || name.endsWith('.localhost');
    const ports = [new URL(this.url).port, String(this.#elsewhere?.port)];
    return own.includes(host) || (this.#elsewhere !== undefined && local && ports.includes(port ?? ''));
  }

  async stop(): Promise<void> {
    await this.#elsewhere?.stop();
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
database = "${this.database.file}"
[[store]]
id = "demo"
catalogue = "demo"
${this.#elsewhere ? `allowed_origins = ["${this.#elsewhere.origin('localhost')}", "${this.#elsewhere.origin('www.shop.localhost')}"]` : ''}
[store.inpost]
api_url = "${this.sandboxUrl}/inpost"
token_url = "${this.sandboxUrl}/inpost/auth/token"
client_id = "karfa-demo"
client_secret = "${CLIENT_SECRET}"
merchant_secret = "${MERCHANT_SECRET}"
pos_id = "karfa-demo"
approval_seconds = ${settings.approvalSeconds ?? 600}
${settings.protocol === 'v2' ? this.#vendorsWidget(settings) : ''}
${this.#branches(settings)}
`;
  }

  /** The demo's branches, with more tills. */
  #branches({ netgiro = 'v1' }: Settings): string {
    const tills = Array.from({ length: TILLS }, (_, at) => `{ id = "t${at + 1}", name = "Till ${at + 1}" }`);
    return readFileSync(join(ROOT, 'assets', 'till', 'branches.toml'), 'utf8')
      .replaceAll('SANDBOX', this.sandboxUrl)
      .replaceAll('[store.branch.netgiro]', `[store.branch.netgiro]\ngeneration = "${netgiro}"`)
      // The second generation's callback decides nothing.
      .replaceAll(netgiro === 'v2' ? ', "server_callback"' : '', '')
      .replaceAll(/^tills = .*$/gm, `tills = [${tills.join(', ')}]`);
  }

  #vendorsWidget({ widgetScript }: Settings): string {
    return `
protocol = "v2"
merchant_client_id = "karfa-demo"
widget_api_url = "${this.sandboxUrl}/inpost/widget"
${widgetScript ? `widget_script_url = "${widgetScript}"` : ''}
`;
  }
}
