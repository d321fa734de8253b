// Where this suite keeps what it writes.
import { fileURLToPath } from 'node:url';

/** Everything that the backends and sandboxes of one run print, and `needles.jsonl`. */
export const LOGS = fileURLToPath(new URL('../.logs/', import.meta.url));

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The binary under test. */
export const KARFA = process.env.E2E_KARFA ?? fileURLToPath(new URL('../../target/debug/karfa', import.meta.url));
