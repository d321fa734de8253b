// Prints what the browser's half weighs, as it stands and as it travels: `node scripts/sizes.mjs widget/dist [--check]`.
// With --check it fails when more than the budget travels.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What may travel, brotli, in bytes. */
const BUDGETS = [
  { what: 'loader', files: ['karfa.js'], most: 3 * 1024 },
  { what: 'glue and wasm', files: ['karfa_widget.js', 'karfa_widget_bg.wasm'], most: 45 * 1024 },
];

const [dist, check] = process.argv.slice(2);
const { files } = JSON.parse(readFileSync(join(dist, 'integrity.json'), 'utf8'));
const line = (name, ...cells) => console.log(name.padEnd(24) + cells.map((cell) => String(cell).padStart(9)).join(''));

line('bytes', 'raw', 'gzip', 'brotli', 'budget');
const over = [];
for (const { what, files: names, most } of BUDGETS) {
  const sum = (key) => names.reduce((total, name) => total + files[name][key], 0);
  for (const name of names) line(name, files[name].bytes, files[name].gzip, files[name].brotli, names.length > 1 ? '' : most);
  if (names.length > 1) line(what, sum('bytes'), sum('gzip'), sum('brotli'), most);
  if (sum('brotli') > most) over.push(`${what}: ${sum('brotli')} bytes travel, and ${most} may`);
}
if (check === '--check' && over.length > 0) {
  console.error(`too large (brotli):\n${over.join('\n')}\nmake it smaller: every shop's every page carries it`);
  process.exit(1);
}
