// Makes of glue and wasm what is served: `node scripts/publish-widget.mjs STAGE DIST`.
//
// DIST/pinned/ holds one version: a loader that knows the hashes of glue and wasm, so that its own hash pins them all,
// the texts of every language, and the type declarations. DIST/karfa.js is the loader for those who want the newest: it asks for the version by its
// folder. DIST/integrity.json says what is what. Beside each file stand its compressed twins, made once, here.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [stage, dist] = process.argv.slice(2);
const LOADER = 'widget/loader.js';
const TYPES = 'widget/types';
const TEXTS = 'widget/texts';
const STYLE = 'widget/src/style.css';

const hash = (algorithm, bytes) => `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;
const integrity = (bytes) => hash('sha384', bytes);
/** What the loader holds the rest to: no weaker in practice, and a third shorter, for no compression helps against a hash. */
const pin = (bytes) => hash('sha256', bytes);

/** The loader, with the folder that the rest is in, seen from its own address, and the hashes of the rest. */
const loader = (folder, pins) => {
  const defines = Object.entries({ FOLDER: folder, PINS: pins }).map(([name, value]) => `--define:${name}=${JSON.stringify(value)}`);
  return execFileSync('esbuild', [LOADER, '--log-level=warning', '--minify', '--format=iife', '--target=es2022', ...defines]);
};

const written = new Set();

/** Whole files only, even for a server that is reading them. */
const write = (path, bytes) => {
  written.add(path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
};

/** Writes a file and its compressed twins; what is said of it in public. */
const publish = (path, bytes) => {
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const gzip = gzipSync(bytes, { level: 9 });
  write(path, bytes);
  write(`${path}.br`, brotli);
  write(`${path}.gz`, gzip);
  return [basename(path), { integrity: integrity(bytes), bytes: bytes.length, gzip: gzip.length, brotli: brotli.length }];
};

const glue = readFileSync(join(stage, 'small.js'));
const wasm = readFileSync(join(stage, 'small.wasm'));
const types = existsSync(TYPES) ? readdirSync(TYPES).filter((name) => name.endsWith('.d.ts')).sort() : [];
const texts = readdirSync(TEXTS).sort();
const style = execFileSync('esbuild', [STYLE, '--log-level=warning', '--minify', '--target=es2022'], { encoding: 'utf8' }).trim();

/** What the dialog needs besides the code: its texts in one language, and its looks. */
const dialog = (name) => Buffer.from(JSON.stringify({ ...JSON.parse(readFileSync(join(TEXTS, name), 'utf8')), style }));
const contents = {
  'karfa.js': loader('.', [pin(glue), pin(wasm)]),
  'karfa_widget.js': glue,
  'karfa_widget_bg.wasm': wasm,
  ...Object.fromEntries(texts.map((name) => [`dialog.${name}`, dialog(name)])),
  ...Object.fromEntries(types.map((name) => [name, readFileSync(join(TYPES, name))])),
};

const whole = createHash('sha256');
for (const [name, bytes] of Object.entries(contents)) whole.update(`${name}\0${bytes.length}\0`).update(bytes);
const version = whole.digest('hex').slice(0, 12);

const files = Object.fromEntries(Object.entries(contents).map(([name, bytes]) => publish(join(dist, 'pinned', name), bytes)));
const [, newest] = publish(join(dist, 'karfa.js'), loader(`karfa/${version}/`, ['', '']));
write(join(dist, 'integrity.json'), `${JSON.stringify({ version, files, newest }, null, 2)}\n`);

// What an earlier build had and this one has not.
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !written.has(path)) rmSync(path);
}
