// Makes what Trunk built ready to travel: `node widget/pack.mjs STAGE NAME`, with binaryen's and esbuild's commands on PATH.
// Reads NAME.js and NAME_bg.wasm in that folder (NAME is karfa-widget or karfa-till), and writes small.js and small.wasm there.
//
// 1. The module's exports that nothing here calls (classes of a dependency of Leptos) keep their code alive: wasm-metadce
//    drops them, and all that only they reach.
// 2. Names between the two files end in hashes, which no compression shortens: wasm-opt makes them a letter or two and
//    says which became what; the glue follows.
// 3. The glue's functions for what the module no longer imports go, and so does what nobody calls then.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [stage, name] = process.argv.slice(2);
const FEATURES = ['bulk-memory', 'nontrapping-float-to-int', 'sign-ext', 'mutable-globals', 'reference-types', 'multivalue'].map((name) => `--enable-${name}`);
// Inlining what is called once helps a module and hurts what travels: the copies in between are what compresses well.
// The third round makes the till half a kilobyte lighter.
const SMALL = ['-Oz', '--low-memory-unused', '--one-caller-inline-max-function-size=20', '--always-inline-max-function-size=3', '-Oz', '-Oz'];
const UNUSED = /intounderlying/i;

const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'inherit'] });
const must = (condition, what) => {
  if (condition) return;
  console.error(`pack: ${what}: wasm-bindgen writes its glue differently now; correct widget/pack.mjs`);
  process.exit(1);
};

// ---- the module
const built = join(stage, `${name}_bg.wasm`);
const exported = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(built))).map(({ name }) => name);
const graph = join(stage, 'graph.json');
writeFileSync(graph, JSON.stringify(exported.filter((name) => !UNUSED.test(name)).map((name) => ({ name, export: name, root: true }))));
const reached = join(stage, 'reached.wasm');
run('wasm-metadce', built, '--graph-file', graph, ...FEATURES, '-o', reached);
const small = join(stage, 'small.wasm');
const renamed = JSON.parse(run('wasm-opt', reached, ...SMALL, '--strip-debug', '--strip-producers', '--strip-target-features', ...FEATURES, '--minify-imports-and-exports-and-modules', '-o', small));
const imports = new Map(renamed.imports.map(([, name, short]) => [name, short]));
const exports = new Map(renamed.exports.map(([name, short]) => [name, short]));
const [{ module: from }] = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(small)));

// ---- the glue
let glue = readFileSync(join(stage, `${name}.js`), 'utf8');
for (const [, name] of glue.matchAll(/^export class (\w+) \{$/gm)) {
  must(UNUSED.test(name), `a class ${name} that is not known to be unused`);
  glue = glue.replace(new RegExp(`^export class ${name} \\{\\n[^]*?^\\}\\n`, 'm'), '');
  glue = glue.replace(new RegExp(`^if \\(Symbol\\.dispose\\) ${name}\\..*\\n`, 'm'), '');
  glue = glue.replace(new RegExp(`^const ${name}Finalization = [^]*?;\\n`, 'm'), '');
}
let kept = 0;
// An import is `        name: function(…) {\n … \n        },` in the object of imports.
glue = glue.replace(/^ {8}([\w$]+): (function\([^]*?\n {8}\}(?:, arguments\); \})?|[^\n]*),\n/gm, (whole, name, body) => {
  if (name === '__proto__') return whole;
  const short = imports.get(name);
  kept += short ? 1 : 0;
  return short ? `        ${short}: ${body},\n` : '';
});
must(kept === imports.size, `${imports.size - kept} of ${imports.size} imports are not found`);
glue = glue.replace(/"\.\/[\w-]+_bg\.js": /, `"${from}": `);
glue = glue.replace(/\bwasm\.([\w$]+)/g, (whole, name) => (exports.has(name) ? `wasm.${exports.get(name)}` : whole));
glue = glue.replaceAll(`${name}_bg.wasm`, `${name.replace('-', '_')}_bg.wasm`);
must(!UNUSED.test(glue.replace(/^function __wbg_\w+/gm, '')), 'an unused class is still there');
writeFileSync(join(stage, 'glue.js'), glue);
// Named one by one, so that what is exported besides is left out.
const names = [...glue.matchAll(/^export function (\w+)\(/gm)].map(([, name]) => name);
const entry = join(stage, 'entry.js');
writeFileSync(entry, `export { default, ${names.join(', ')} } from './glue.js';\n`);
run('esbuild', entry, '--bundle', '--log-level=warning', '--minify', '--format=esm', '--target=es2022', '--legal-comments=none', `--outfile=${join(stage, 'small.js')}`);
