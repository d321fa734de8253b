// Makes what wasm-bindgen wrote smaller: `node widget/trim.mjs GLUE.js MODULE.wasm` changes both in place. To be run
// between wasm-bindgen and wasm-opt, and once more after wasm-opt with the module that it made.
//
// 1. A dependency of Leptos (wasm-streams) exports classes that nothing here uses. Their exports keep their code alive:
//    they are dropped, and wasm-opt then drops the code.
// 2. Imports and exports between the two files have long names with hashes, which no compression shortens: they become
//    a letter or two. The functions that the loader calls keep their names.
// 3. What the module no longer imports leaves the glue.
import { readFileSync, writeFileSync } from 'node:fs';

const UNUSED = /intounderlying/;
const [gluePath, wasmPath] = process.argv.slice(2);
let glue = readFileSync(gluePath, 'utf8');

// ---- the module: sections, of which only imports (2) and exports (7) are rewritten
const wasm = readFileSync(wasmPath);
const number = (at) => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = wasm[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
};
const bytesOf = (value) => {
  const bytes = [];
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0));
    value >>>= 7;
  } while (value);
  return Buffer.from(bytes);
};
const text = (at) => {
  const [length, from] = number(at);
  return [wasm.toString('utf8', from, from + length), from + length];
};
const textOf = (value) => Buffer.concat([bytesOf(Buffer.byteLength(value)), Buffer.from(value)]);

// Where the description of an import ends.
const describedTo = (at) => {
  const kind = wasm[at++];
  const limits = (from) => {
    const flags = wasm[from];
    let [, to] = number(from + 1);
    if (flags & 1) [, to] = number(to);
    return to;
  };
  if (kind === 0) return number(at)[1];
  if (kind === 1) return limits(at + 1);
  if (kind === 2) return limits(at);
  if (kind === 3) return at + 2;
  return number(at + 1)[1];
};

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const shortNames = new Map();
const shorten = (name) => {
  if (!shortNames.has(name)) {
    const at = shortNames.size;
    shortNames.set(name, (at < 52 ? '' : letters[Math.floor(at / 52) - 1]) + letters[at % 52]);
  }
  return shortNames.get(name);
};

const imports = new Map();
const exported = new Map();
const out = [wasm.subarray(0, 8)];
for (let at = 8; at < wasm.length; ) {
  const id = wasm[at];
  const [length, from] = number(at + 1);
  const to = from + length;
  const items = [];
  if (id === 2) {
    let [count, next] = number(from);
    while (count--) {
      const [, nameAt] = text(next);
      const [name, kindAt] = text(nameAt);
      next = describedTo(kindAt);
      imports.set(name, shorten(name));
      items.push(textOf('_'), textOf(imports.get(name)), wasm.subarray(kindAt, next));
    }
    items.unshift(bytesOf(items.length / 3));
  } else if (id === 7) {
    let [count, next] = number(from);
    while (count--) {
      const [name, kindAt] = text(next);
      next = number(kindAt + 1)[1];
      if (UNUSED.test(name)) continue;
      // The glue's own helpers and the shims get short names; what the loader calls does not.
      exported.set(name, /^(__|wasm_bindgen_)/.test(name) ? shorten(name) : name);
      items.push(textOf(exported.get(name)), wasm.subarray(kindAt, next));
    }
    items.unshift(bytesOf(items.length / 2));
  }
  if (items.length) {
    const body = Buffer.concat(items);
    out.push(Buffer.from([id]), bytesOf(body.length), body);
  } else {
    out.push(wasm.subarray(at, to));
  }
  at = to;
}
writeFileSync(wasmPath, Buffer.concat(out));

// ---- the glue
const must = (condition, what) => {
  if (condition) return;
  console.error(`trim: ${what}: wasm-bindgen writes its glue differently now; correct widget/trim.mjs`);
  process.exit(1);
};

// 1. the unused classes, with what stands beside each
const classes = [...glue.matchAll(/^export class (\w+) \{$/gm)].map((found) => found[1]).filter((name) => UNUSED.test(name.toLowerCase()));
for (const name of classes) {
  glue = glue.replace(new RegExp(`^export class ${name} \\{\\n[^]*?^\\}\\n`, 'm'), '');
  glue = glue.replace(new RegExp(`^if \\(Symbol\\.dispose\\) ${name}\\..*\\n`, 'm'), '');
  glue = glue.replace(new RegExp(`^const ${name}Finalization = [^]*?;\\n`, 'm'), '');
}
must(!UNUSED.test(glue.toLowerCase().replace(/__wbg_\w*intounderlying\w*/g, '')), 'an unused class is still there');

// 3. imports, each `        name: function(…) {\n … \n        },` within the object of imports
glue = glue.replace(/^( {8})([\w$]+): (function\([^]*?\n {8}\}(?:, arguments\); \})?),\n/gm, (_, indent, name, body) => {
  const known = imports.get(name);
  return known ? `${indent}${known}: ${body},\n` : '';
});
glue = glue.replace(/"\.\/[\w-]+_bg\.js"/g, '"_"');

// 2. exports as the glue calls them
glue = glue.replace(/\bwasm\.(__\w+|wasm_bindgen_\w+)/g, (whole, name) => (exported.has(name) ? `wasm.${exported.get(name)}` : whole));
for (const [name, short] of imports) must(glue.includes(`        ${short}: `), `no import ${name}`);
writeFileSync(gluePath, glue);
