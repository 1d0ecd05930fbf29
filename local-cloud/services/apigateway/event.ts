/**
 * A request as an event of payload format 2.0. Pure.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decode, type RouteMatch } from './routes.ts';

export interface ApiRequest {
  accountId: string;
  apiId: string;
  stage: string;
  stageVariables?: Record<string, string>;
  requestId: string;
  /** Milliseconds since the epoch. */
  time: number;
  method: string;
  /** Undecoded, with the stage if the request named it. */
  path: string;
  query: string;
  /** Names in lower case, each value on its own. */
  headers: Record<string, string[]>;
  host: string;
  port: number;
  sourceAddress: string;
  body: Buffer;
}

/** Everything else is base64, form posts too, as observed on AWS. */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/;

export function eventOf(request: ApiRequest, { route, pathParameters }: RouteMatch): APIGatewayProxyEventV2 {
  const { headers, body } = request;
  const cookies = headers.cookie?.flatMap((value) => value.split(/;\s*/)).filter(Boolean);
  const query = queryParameters(request.query);
  const isBase64Encoded = body.length > 0 && !isText(headers);
  // The path is decoded, unlike that of function URLs.
  const rawPath = decode(request.path);
  return {
    version: '2.0',
    routeKey: route.RouteKey!,
    rawPath,
    rawQueryString: request.query,
    ...(cookies?.length && { cookies }),
    headers: eventHeaders(request),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: request.accountId,
      apiId: request.apiId,
      domainName: request.host,
      domainPrefix: request.host.split('.')[0]!,
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceAddress,
        userAgent: headers['user-agent']?.[0] ?? '',
      },
      requestId: request.requestId,
      routeKey: route.RouteKey!,
      stage: request.stage,
      time: logTime(request.time),
      timeEpoch: request.time,
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(request.stageVariables && { stageVariables: request.stageVariables }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

function isText(headers: ApiRequest['headers']): boolean {
  if (headers['content-encoding']) return false;
  return TEXT.test((headers['content-type']?.[0] ?? '').split(';')[0]!.trim().toLowerCase());
}

function eventHeaders(request: ApiRequest): Record<string, string> {
  const { cookie, connection, ...headers } = request.headers;
  const joined = Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.join(',')]));
  const forwarded = [...(headers['x-forwarded-for'] ?? []), request.sourceAddress];
  return {
    'content-length': String(request.body.length),
    ...joined,
    'x-amzn-trace-id': `Root=${request.requestId}`,
    'x-forwarded-for': forwarded.join(', '),
    'x-forwarded-port': String(request.port),
    'x-forwarded-proto': 'http',
  };
}

/** Values of one name are joined by commas. */
function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

/** `12/Mar/2020:19:03:58 +0000` */
function logTime(time: number): string {
  const [, day, month, year, clock] = new Date(time).toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}
