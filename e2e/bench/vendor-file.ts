// The vendor's published widget, served as a content network would: compressed, from a host of its own.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { brotliCompressSync } from 'node:zlib';
import { freePort } from '../support/program.ts';

/** Serves the file until `stop` is called. */
export async function serveVendorFile(): Promise<{ url: string; stop: () => Promise<void> }> {
  const file = readFileSync(createRequire(import.meta.url).resolve('@inpost-pay/widget'));
  const body = brotliCompressSync(file);
  const server = createServer((_, response) => {
    response.writeHead(200, {
      'content-type': 'text/javascript', 'content-encoding': 'br', 'content-length': body.length, 'cache-control': 'public, max-age=600',
    });
    response.end(body);
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}/inpostpay.widget.v2.js`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
