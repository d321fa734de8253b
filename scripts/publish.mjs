// What publish-widget.mjs and publish-till.mjs have in common: whole files with their compressed twins, and a version that
// is made of all contents.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** A hash as an `integrity` attribute takes it. */
export const hash = (algorithm, bytes) => `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;

const written = new Set();

/** Whole files only, even for a server that is reading them. */
export const write = (path, bytes) => {
  written.add(path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
};

/** Writes a file and its compressed twins; what is said of it in public. */
export const publish = (path, bytes) => {
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const gzip = gzipSync(bytes, { level: 9 });
  write(path, bytes);
  write(`${path}.br`, brotli);
  write(`${path}.gz`, gzip);
  return [basename(path), { integrity: hash('sha384', bytes), bytes: bytes.length, gzip: gzip.length, brotli: brotli.length }];
};

/** Tells one build from another. */
export const versionOf = (contents) => {
  const whole = createHash('sha256');
  for (const [name, bytes] of Object.entries(contents)) whole.update(`${name}\0${bytes.length}\0`).update(bytes);
  return whole.digest('hex').slice(0, 12);
};

/** Removes what an earlier build had and this one has not. */
export const sweep = (dist) => {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !written.has(path)) rmSync(path);
  }
};
