// Makes of glue and wasm what is served as the cashier's page: `node scripts/publish-till.mjs STAGE DIST`.
//
// DIST/pinned/ holds one version: the script that starts the program, the wasm, the looks, and the texts of every language.
// DIST/till.html and DIST/customer.html are the two pages; they name the version's folder. Beside each file stand its
// compressed twins, made once, here.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publish, sweep, versionOf, write } from './publish.mjs';

const [stage, dist] = process.argv.slice(2);
const TEXTS = 'till/texts';

const esbuild = (...args) => execFileSync('esbuild', [...args, '--log-level=warning', '--minify', '--target=es2022'], { maxBuffer: 64 << 20 });

const contents = {
  'till.js': esbuild('till/start.js', '--bundle', '--format=esm', '--legal-comments=none', `--alias:karfa-till=${resolve(stage, 'small.js')}`),
  'karfa_till_bg.wasm': readFileSync(join(stage, 'small.wasm')),
  'till.css': esbuild('till/till.css'),
  // Without the spaces that people read by.
  ...Object.fromEntries(readdirSync(TEXTS).sort().map((name) => [name, Buffer.from(JSON.stringify(JSON.parse(readFileSync(join(TEXTS, name), 'utf8'))))])),
};
const version = versionOf(contents);
const files = Object.fromEntries(Object.entries(contents).map(([name, bytes]) => publish(join(dist, 'pinned', name), bytes)));

const page = readFileSync('till/page.html', 'utf8');
for (const [name, title] of [['till.html', 'Karfa: the till'], ['customer.html', 'Karfa']]) {
  publish(join(dist, name), Buffer.from(page.replaceAll('{version}', version).replaceAll('{title}', title)));
}
write(join(dist, 'integrity.json'), `${JSON.stringify({ version, files }, null, 2)}\n`);
sweep(dist);
