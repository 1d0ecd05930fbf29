/** A function's answer, or its failure, as an HTTP response. Pure. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

const messageAnswer = (status: number, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
});

export const NOT_FOUND = messageAnswer(404, 'Not Found');
export const TOO_LARGE = messageAnswer(413, 'Request Entity Too Large');
export const INTERNAL_ERROR = messageAnswer(500, 'Internal Server Error');
export const UNAVAILABLE = messageAnswer(503, 'Service Unavailable');

/**
 * With a `statusCode` the answer is a response; any other JSON is the body of a 200.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
 */
export function answerOf(payload: string): HttpAnswer {
  const value: unknown = JSON.parse(payload);
  const response = value as Record<string, unknown> | null;
  if (typeof response !== 'object' || response === null || !('statusCode' in response)) {
    const body = typeof value === 'string' ? value : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = response;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599 || !isBody(body)) return INTERNAL_ERROR;
  if (!isHeaders(headers) || !isCookies(cookies)) return INTERNAL_ERROR;
  const named = Object.entries(headers ?? {}).map(([name, content]) => [name.toLowerCase(), String(content)]);
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(named),
      ...(cookies?.length && { 'set-cookie': cookies }),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

const isBody = (body: unknown): body is string | undefined | null =>
  body === undefined || body === null || typeof body === 'string';

const isHeaders = (headers: unknown): headers is Record<string, string | number | boolean> | undefined | null =>
  headers === undefined ||
  headers === null ||
  (typeof headers === 'object' && Object.values(headers).every((value) => typeof value !== 'object'));

const isCookies = (cookies: unknown): cookies is string[] | undefined | null =>
  cookies === undefined ||
  cookies === null ||
  (Array.isArray(cookies) && cookies.every((cookie) => typeof cookie === 'string'));
