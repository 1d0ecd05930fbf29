/** A visit of a site under a name that no resolver knows: the local cloud's main port answers by the Host. */
import { get, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Visited {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

export const visit = (endpoint: string, host: string, path = '/') =>
  new Promise<Visited>((resolve, reject) => {
    get(`${endpoint}${path}`, { headers: { host } }, async (response) => {
      const { statusCode: status, headers } = response;
      resolve({ status, headers, body: await text(response) });
    }).on('error', reject);
  });
