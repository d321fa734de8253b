// Makes of glue and wasm what is served: `node scripts/publish-widget.mjs STAGE DIST`.
//
// DIST/pinned/ holds one version: a loader that knows the hashes of glue and wasm, so that its own hash pins them all,
// the texts of every language, and the type declarations. DIST/karfa.js is the loader for those who want the newest: it asks for the version by its
// folder. DIST/integrity.json says what is what. Beside each file stand its compressed twins, made once, here.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hash, publish, sweep, versionOf, write } from './publish.mjs';

const [stage, dist] = process.argv.slice(2);
const LOADER = 'widget/loader.js';
const TYPES = 'widget/types';
const TEXTS = 'widget/texts';
const STYLE = 'widget/src/style.css';

/** What the loader holds the rest to: no weaker in practice, and a third shorter, for no compression helps against a hash. */
const pin = (bytes) => hash('sha256', bytes);

/** The loader, with the folder that the rest is in, seen from its own address, and the hashes of the rest. */
const loader = (folder, pins) => {
  const defines = Object.entries({ FOLDER: folder, PINS: pins }).map(([name, value]) => `--define:${name}=${JSON.stringify(value)}`);
  return execFileSync('esbuild', [LOADER, '--log-level=warning', '--minify', '--format=iife', '--target=es2022', ...defines]);
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

const version = versionOf(contents);
const files = Object.fromEntries(Object.entries(contents).map(([name, bytes]) => publish(join(dist, 'pinned', name), bytes)));
const [, newest] = publish(join(dist, 'karfa.js'), loader(`karfa/${version}/`, ['', '']));
write(join(dist, 'integrity.json'), `${JSON.stringify({ version, files, newest }, null, 2)}\n`);
sweep(dist);
