/** Another site, to which rewrites of an example lead: it tells what it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Elsewhere {
  origin: string;
  stop(): Promise<void>;
}

export async function startElsewhere(): Promise<Elsewhere> {
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const asked = { method, url, host: headers.host, cookie: headers.cookie, body: await text(request) };
    response.writeHead(url?.includes('teapot') ? 418 : 200, {
      'content-type': 'application/json',
      'set-cookie': ['elsewhere=1; Path=/', 'again=2; Path=/'],
      'x-elsewhere': 'yes',
    });
    response.end(JSON.stringify(asked));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // An example that cannot be built does not stop it.
  server.unref();
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
