// One running `karfa` process: started, heard, stopped.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { KARFA, LOGS } from './paths.ts';

/** A debug build on a busy machine with two cores. */
const READY_MS = 30_000;
/** A clean stop finishes what is in hand; then it is ended. */
const STOP_MS = 10_000;

/** A port on the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

/** A `karfa` process. Everything that it prints is added to one log file, over all its restarts. */
export class Program {
  readonly logFile: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  /** `name` names the log file; `args` are the words after `karfa`. */
  constructor(name: string, args: readonly string[]) {
    this.logFile = join(LOGS, `${name}.log`);
    this.#args = args;
  }

  /** The process id while it runs. */
  get pid(): number | undefined {
    return this.running ? this.#child?.pid : undefined;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the process and waits until it prints `ready http://…`. */
  async start(): Promise<void> {
    if (this.running) throw new Error(`karfa ${this.#args[0]} runs already`);
    const child = spawn(KARFA, this.#args, {
      // Nothing of the developer's own configuration: the binary reads KARFA_… variables as settings. Everything is
      // logged, because the last test looks for personal data at any level.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, RUST_BACKTRACE: '1', KARFA_LOG: 'trace' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const log = createWriteStream(this.logFile, { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('close', () => log.end());
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer);
        reject(new Error(`karfa ${this.#args.join(' ')} ${why}\n${this.tail()}`));
      };
      const timer = setTimeout(() => fail(`was not ready within ${READY_MS} ms`), READY_MS);
      child.once('error', (error) => fail(`could not be started: ${error.message}`));
      child.once('close', (code, signal) => fail(`ended with ${signal ?? code} before it was ready`));
      if (child.stdout) {
        createInterface({ input: child.stdout }).on('line', (line) => {
          if (!line.startsWith('ready http://')) return;
          clearTimeout(timer);
          resolve();
        });
      }
    });
  }

  /** Asks the process to stop, as an operator does, and waits until it has. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends the process between two instructions, as a power cut does (`kill -9`). */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.running) return;
    const closed = once(child, 'close');
    child.kill(signal);
    const hurry = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await closed;
    clearTimeout(hurry);
    this.#child = undefined;
    if (signal === 'SIGTERM' && child.signalCode === 'SIGKILL') {
      throw new Error(`karfa ${this.#args[0]} did not stop within ${STOP_MS} ms of SIGTERM\n${this.tail()}`);
    }
  }

  /** The last lines that it printed. */
  tail(lines = 20): string {
    if (!existsSync(this.logFile)) return '(it printed nothing)';
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }
}
