/** CORS as the API itself answers it. Pure. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
import type { Cors } from '@aws-sdk/client-apigatewayv2';
import type { HttpAnswer } from './answer.ts';

export interface CorsRequest {
  method: string;
  origin?: string;
  requestedMethod?: string;
}

/** The answer to a preflight, whatever the routes are. */
export function preflight(cors: Cors | undefined, request: CorsRequest): HttpAnswer | undefined {
  if (!cors || request.method !== 'OPTIONS' || !request.origin || !request.requestedMethod) return undefined;
  const allowed = originHeaders(cors, request.origin);
  if (!allowed) return { status: 204, headers: {}, body: Buffer.alloc(0) };
  const lists = {
    'access-control-allow-methods': cors.AllowMethods?.join(','),
    'access-control-allow-headers': cors.AllowHeaders?.join(','),
    'access-control-max-age': cors.MaxAge ? String(cors.MaxAge) : undefined,
  };
  const given = Object.entries(lists).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return { status: 204, headers: { ...allowed, ...Object.fromEntries(given) }, body: Buffer.alloc(0) };
}

/** With a CORS configuration the function's own CORS headers do not count. */
export function withCors(cors: Cors | undefined, request: CorsRequest, answer: HttpAnswer): HttpAnswer {
  if (!cors) return answer;
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const allowed = request.origin ? originHeaders(cors, request.origin) : undefined;
  const exposed = allowed &&
    cors.ExposeHeaders?.length && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') };
  return { ...answer, headers: { ...Object.fromEntries(own), ...allowed, ...exposed } };
}

function originHeaders(cors: Cors, origin: string): Record<string, string> | undefined {
  const any = cors.AllowOrigins?.includes('*');
  if (!any && !cors.AllowOrigins?.some((pattern) => pattern === origin || matches(pattern, origin))) return undefined;
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(!any && { vary: 'Origin' }),
  };
}

/** `https://*` allows every origin of the scheme. */
const matches = (pattern: string, origin: string): boolean =>
  pattern.endsWith('*') && origin.startsWith(pattern.slice(0, -1));
