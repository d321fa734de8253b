// The shop's operator at the command line, while the backend runs.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { KARFA } from './paths.ts';
import type { Stage } from './stage.ts';

const run = promisify(execFile);

/** Types `karfa <command> …` for this shop, and returns what it prints. What it refuses throws, with its sentence. */
export async function operate(stage: Stage, command: 'order' | 'refund', ...words: string[]): Promise<string> {
  const { stdout } = await run(KARFA, [command, '--config', stage.config, ...words], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  }).catch(({ stderr }: { stderr: string }) => {
    throw new Error(stderr);
  });
  return stdout;
}
