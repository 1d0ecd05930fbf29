/** HTTP messages as the edge handles them: whole bodies, header names in lower case. */

/** Values by name in lower case; a name may have several values. */
export type HeaderMap = Record<string, string[]>;

export interface EdgeRequest {
  method: string;
  /** As the viewer sent it, percent-encoding and all. */
  path: string;
  /** Without the question mark. */
  query: string;
  headers: HeaderMap;
  body: Buffer;
  clientIp: string;
  /** `127.0.0.1:51234` */
  clientAddress: string;
}

export interface EdgeResponse {
  status: number;
  statusText?: string;
  headers: HeaderMap;
  body: Buffer;
}

export const EMPTY_BODY = Buffer.alloc(0);

/** The values of a header joined as HTTP allows; undefined when it is absent. */
export const header = (headers: HeaderMap, name: string): string | undefined => headers[name]?.join(', ');

/** Node's raw headers (name, value, name, value…). */
export function fromRawHeaders(raw: string[]): HeaderMap {
  const headers: HeaderMap = {};
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!.toLowerCase();
    headers[name] = [...(headers[name] ?? []), raw[index + 1]!];
  }
  return headers;
}

export function without(headers: HeaderMap, drop: (name: string) => boolean): HeaderMap {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !drop(name)));
}

/** Headers of one connection only. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export const isHopByHop = (name: string): boolean => HOP_BY_HOP.has(name);

/** `x-forwarded-for` → `X-Forwarded-For`, as events show names. */
export const titleCase = (name: string): string => name.replace(/(^|-)([a-z])/g, (letters) => letters.toUpperCase());

/** `name=value` pieces of a query string, in order, undecoded. */
export const queryPieces = (query: string): string[] => query.split('&').filter(Boolean);

export const pieceName = (piece: string): string => piece.split('=', 1)[0]!;

/** `name=value` of each cookie of a request, in order. */
export function cookiePairs(headers: HeaderMap): string[] {
  return (headers.cookie ?? []).flatMap((line) => line.split(/;\s*/)).filter(Boolean);
}
