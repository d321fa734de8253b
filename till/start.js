// Starts the program: glue and wasm come from this file's own folder, and so do texts.
import init, { start } from 'karfa-till';

const base = new URL('./', import.meta.url).href;
await init({ module_or_path: `${base}karfa_till_bg.wasm` });
start(base);
