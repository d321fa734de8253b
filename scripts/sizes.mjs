// Prints what the browser's half weighs, as it stands and as it travels: `node scripts/sizes.mjs DIST`. With --check it
// prints no table, holds the weights against the budget, and fails when something is too heavy.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [dist, check] = process.argv.slice(2);
const { files } = JSON.parse(readFileSync(join(dist, 'integrity.json'), 'utf8'));
/** Texts come in one language at a time: the heaviest counts. */
const [dialog] = Object.keys(files).filter((name) => name.endsWith('.json')).sort((a, b) => files[b].brotli - files[a].brotli);

/** What may travel, brotli, in bytes. A till loads once, a shop's page at every visit. */
const GROUPS = files['till.js']
  ? [
      { what: "the till's program", names: ['till.js', 'karfa_till_bg.wasm'], most: 240 * 1024 },
      { what: 'its looks', names: ['till.css'] },
      { what: 'one language', names: [dialog] },
    ]
  : [
      { what: 'loader', names: ['karfa.js'], most: 3 * 1024 },
      { what: 'glue and wasm', names: ['karfa_widget.js', 'karfa_widget_bg.wasm'], most: 45 * 1024 },
      ...(dialog ? [{ what: 'one language', names: [dialog] }] : []),
    ];

const sum = (names, key) => names.reduce((total, name) => total + files[name][key], 0);
const weights = (names) => ['bytes', 'gzip', 'brotli'].map((key) => sum(names, key));

if (check === '--check') {
  for (const { what, names, most } of GROUPS.filter(({ most }) => most)) {
    const weight = sum(names, 'brotli');
    if (weight > most) {
      console.error(`${what}: ${weight} bytes travel (brotli), ${most} may: make it lighter`);
      console.error("(the standard library's source makes the wasm about 15 % lighter: rustup component add rust-src)");
      process.exitCode = 1;
    } else {
      console.log(`${what}: ${weight} bytes travel; the budget is ${most}`);
    }
  }
} else {
  const line = (name, ...cells) => console.log(name.padEnd(24) + cells.map((cell) => String(cell).padStart(9)).join(''));
  line('bytes', 'raw', 'gzip', 'brotli', 'budget');
  for (const { what, names, most = '' } of GROUPS) {
    for (const name of names) line(name, ...weights([name]), names.length > 1 ? '' : most);
    if (names.length > 1) line(what, ...weights(names), most);
  }
  line('all of it', ...weights(GROUPS.flatMap(({ names }) => names)));
}
