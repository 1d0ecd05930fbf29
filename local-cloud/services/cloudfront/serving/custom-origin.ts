/**
 * An HTTP server as an origin.
 * Gaps: HTTPS; hosts other than this machine's loopback, which the local cloud does not reach out to.
 */
import { request as httpRequest } from 'node:http';
import { errorPage } from './error-page.ts';
import { type EdgeResponse, fromRawHeaders, isHopByHop, without } from './message.ts';
import type { CustomOriginTarget, OriginRequest } from './origin-request.ts';

/** The origin could not be asked: 502 or 504 of the edge itself, after which a stale object may answer. */
export class OriginUnavailable extends Error {
  readonly response: EdgeResponse;
  constructor(status: 502 | 504, reason: string) {
    super(reason);
    this.response = errorPage(status, reason);
  }
}

export async function askCustomOrigin(
  request: OriginRequest,
  target: CustomOriginTarget['custom'],
): Promise<EdgeResponse> {
  const { domainName, port, protocol, path, readTimeout } = target;
  const local = domainName === '127.0.0.1' || domainName === 'localhost' || domainName.endsWith('.localhost');
  if (!local || protocol === 'https') {
    throw new OriginUnavailable(502, `The local cloud does not reach the origin ${protocol}://${domainName}:${port}.`);
  }
  // Node takes lists of all headers but this one.
  const { host = [], ...others } = request.headers;
  const headers: Record<string, string | string[]> = { ...others, ...(host[0] !== undefined && { host: host[0] }) };
  for (const [name, entries] of Object.entries(target.customHeaders)) headers[name] = entries.map(({ value }) => value);
  return new Promise((resolve, reject) => {
    const query = request.query ? `?${request.query}` : '';
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method: request.method,
        path: `${path}${request.uri}${query}`,
        headers,
        timeout: readTimeout * 1000,
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', () =>
          reject(new OriginUnavailable(502, `The origin ${domainName} broke off its answer.`)),
        );
        incoming.on('end', () => {
          const body = Buffer.concat(chunks);
          const kept = without(fromRawHeaders(incoming.rawHeaders), isHopByHop);
          if (request.method !== 'HEAD') kept['content-length'] = [String(body.length)];
          resolve({ status: incoming.statusCode!, statusText: incoming.statusMessage, headers: kept, body });
        });
      },
    );
    outgoing.on('timeout', () =>
      outgoing.destroy(new OriginUnavailable(504, `The origin ${domainName} did not answer in ${readTimeout} s.`)),
    );
    outgoing.on('error', (error) =>
      reject(
        error instanceof OriginUnavailable
          ? error
          : new OriginUnavailable(502, `The origin ${domainName}:${port} refused the connection: ${error.message}`),
      ),
    );
    outgoing.end(request.body);
  });
}
