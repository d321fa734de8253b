// The sandbox's `/control`: faults, its clock, its signing keys, the list of calls.
import { call } from './sandbox-http.ts';
import { until } from './until.ts';

/** What goes wrong (sandbox/README.md says what each one does). */
export type FaultKind =
  | 'delay' | 'drop_before' | 'drop_after' | 'duplicate' | 'fail' | 'fail_after'
  | 'tamper_signature' | 'replay' | 'hold' | 'stale_timestamp' | 'unknown_key_version';

export interface Fault {
  /** The call's name, or its beginning with a `*`: `inpost.*`. */
  call: string;
  kind: FaultKind;
  /** Length of a delay. */
  ms?: number;
  /** Status of a failure, 500 by default. */
  status?: number;
  /** `error_code` of a failure. */
  error_code?: string;
  /** How many calls suffer it; all of them, where it is left out. */
  times?: number;
  /** Of a hundred calls so many suffer it. */
  chance_percent?: number;
}

/** One call between merchant and provider. */
export interface CallRecord {
  seq: number;
  at: string;
  direction: 'from_merchant' | 'from_browser' | 'to_merchant';
  call: string;
  method: string;
  route: string;
  status: number | null;
  error_code: string | null;
  faults: string[];
}

export class Control {
  readonly #url: string;

  constructor(sandboxUrl: string) {
    this.#url = `${sandboxUrl}/control`;
  }

  /** Makes something go wrong from now on; after the test it goes right again. */
  async fault(fault: Fault): Promise<void> {
    await call('POST', `${this.#url}/faults`, fault);
  }

  /** Waits until no fault is left to strike: each has been met so many times as was asked for. */
  async struck(): Promise<void> {
    await until('the faults to strike', async () => {
      const { faults } = await call<{ faults: unknown[] }>('GET', `${this.#url}/faults`);
      return faults.length === 0;
    });
  }

  /** All goes right again. */
  async noFaults(): Promise<void> {
    await call('DELETE', `${this.#url}/faults`);
  }

  /** The calls that are held, oldest first. */
  async held(): Promise<Array<{ id: number; call: string }>> {
    return (await call<{ held: Array<{ id: number; call: string }> }>('GET', `${this.#url}/held`)).held;
  }

  /** Sends a call that is held; what the shop answered. */
  release(id: number): Promise<{ status: number; error_code: string }> {
    return call('POST', `${this.#url}/held/${id}/release`);
  }

  /** Adds a merchant with an account of its own. */
  async addMerchant(merchant: { client_id: string; client_secret: string; callback_url: string; name: string }): Promise<void> {
    await call('POST', `${this.#url}/merchants`, merchant);
  }

  /** Moves the sandbox's own clock forward. The backend's clock stays. */
  async advanceClock(seconds: number): Promise<void> {
    await call('POST', `${this.#url}/clock`, { advance_seconds: seconds });
  }

  /** InPost signs with a new key from now on. */
  async rotateKeys(how: { retire_old?: boolean } = {}): Promise<void> {
    await call('POST', `${this.#url}/keys/rotate`, how);
  }

  /** The calls after number `after`, oldest first. */
  async calls(after = 0): Promise<CallRecord[]> {
    return (await call<{ calls: CallRecord[] }>('GET', `${this.#url}/calls?after=${after}`)).calls;
  }

  /** The number of the latest call: what comes after it is this test's. */
  async latest(): Promise<number> {
    return (await this.calls()).at(-1)?.seq ?? 0;
  }

  /** Waits for a call by its name, after number `after`. */
  called(name: string, after = 0): Promise<CallRecord> {
    return until(`the call ${name}`, async () => (await this.calls(after)).find((record) => record.call === name));
  }

  /** How often a call was made after number `after`, failed tries included. */
  async count(name: string, after: number): Promise<number> {
    return (await this.calls(after)).filter((record) => record.call === name).length;
  }

  /** As it was when the sandbox started: nobody linked, nothing ordered, the clock right. */
  async reset(): Promise<void> {
    await call('POST', `${this.#url}/reset`);
  }
}
