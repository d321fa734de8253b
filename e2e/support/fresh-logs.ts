// Before a run: its logs are its own, so that the search for personal data reads what this run wrote.
import { mkdirSync, rmSync } from 'node:fs';
import { LOGS } from './paths.ts';

export default function freshLogs(): void {
  rmSync(LOGS, { recursive: true, force: true });
  mkdirSync(LOGS, { recursive: true });
}
