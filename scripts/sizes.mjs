// Prints what each file weighs as it stands and as it travels: `node scripts/sizes.mjs FILE…`.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const rows = process.argv.slice(2).map((path) => {
  const bytes = readFileSync(path);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return { name: basename(path), raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };
});
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
rows.push({ name: 'together', raw: sum('raw'), gzip: sum('gzip'), brotli: sum('brotli') });

const line = (name, ...cells) => console.log(name.padEnd(24) + cells.map((cell) => String(cell).padStart(9)).join(''));
line('bytes', 'raw', 'gzip', 'brotli');
for (const row of rows) line(row.name, row.raw, row.gzip, row.brotli);
