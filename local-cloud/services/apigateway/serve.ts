/** Requests to the APIs: finds API, stage and route, invokes the function, writes the response. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Environment } from '../../service.ts';
import { answerOf, type HttpAnswer, INTERNAL_ERROR, NOT_FOUND, TOO_LARGE, UNAVAILABLE } from './answer.ts';
import { preflight, withCors } from './cors.ts';
import { type ApiRequest, eventOf } from './event.ts';
import { functionOf, MAX_TIMEOUT_MILLISECONDS } from './parts.ts';
import { matchRoute, type RouteMatch } from './routes.ts';
import { type ApiRecord, type ApiStore, valuesOf } from './store.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

const HOST = /^([a-z0-9]{10})\.execute-api\.(?:[\w-]+\.)?localhost$/;
const PATH = /^\/_execute-api\/([a-z0-9]{10})(?=[/?]|$)/;

interface Destination {
  apiId: string;
  host: string;
  /** Path and query, undecoded. */
  target: string;
}

/** By host, or by path for those who cannot choose a host. */
export function destinationOf(request: IncomingMessage): Destination | undefined {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const target = request.url ?? '/';
  const byHost = HOST.exec(host)?.[1];
  if (byHost) return { apiId: byHost, host, target };
  const byPath = PATH.exec(target);
  if (!byPath) return undefined;
  const rest = target.slice(byPath[0].length);
  return { apiId: byPath[1]!, host, target: rest.startsWith('/') ? rest : `/${rest}` };
}

export async function serve(
  environment: Environment,
  store: ApiStore,
  destination: Destination,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  const answer = await respond(environment, store, destination, requestId, request).catch((error) => {
    environment.log(`apigateway: ${request.method} ${request.url}: ${error instanceof Error ? error.message : error}`);
    return INTERNAL_ERROR;
  });
  const { body } = answer;
  const empty = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(!empty && { 'content-length': String(body.length) }),
    'apigw-requestid': requestId,
    // What is left of a body that was not read would be taken for the next request.
    ...(!request.complete && { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function respond(
  environment: Environment,
  store: ApiStore,
  destination: Destination,
  requestId: string,
  incoming: IncomingMessage,
): Promise<HttpAnswer> {
  const time = environment.now();
  const api = store.apis.get(destination.apiId);
  if (!api || api.DisableExecuteApiEndpoint) return NOT_FOUND;
  const cors = {
    method: incoming.method!,
    origin: incoming.headers.origin,
    requestedMethod: incoming.headers['access-control-request-method'],
  };
  const preflighted = preflight(api.CorsConfiguration, cors);
  if (preflighted) return preflighted;
  const body = await read(incoming);
  if (!body) return TOO_LARGE;
  const [path, ...query] = destination.target.split('?') as [string, ...string[]];
  const stage = stageOf(store, api, path);
  const match = stage && matchRoute(valuesOf(store.routes, api.ApiId!), incoming.method!, stage.pathInStage);
  if (!stage || !match) return withCors(api.CorsConfiguration, cors, NOT_FOUND);
  const request: ApiRequest = {
    accountId: environment.accountId,
    apiId: api.ApiId!,
    stage: stage.name,
    stageVariables: stage.variables,
    requestId,
    time,
    method: incoming.method!,
    path,
    query: query.join('?'),
    headers: incoming.headersDistinct as Record<string, string[]>,
    host: destination.host,
    port: incoming.socket.localPort ?? 80,
    sourceAddress: incoming.socket.remoteAddress ?? '127.0.0.1',
    body,
  };
  return withCors(api.CorsConfiguration, cors, await integrate(environment, store, api, request, match));
}

/** A stage named by the first segment, else `$default`. */
function stageOf(store: ApiStore, api: ApiRecord, path: string) {
  const first = path.split('/')[1] ?? '';
  const named = first === '$default' ? undefined : store.stages.get(`${api.ApiId}/${first}`);
  if (named) {
    const pathInStage = path.slice(first.length + 1) || '/';
    return { name: first, variables: named.StageVariables, pathInStage };
  }
  const fallback = store.stages.get(`${api.ApiId}/$default`);
  return fallback && { name: '$default', variables: fallback.StageVariables, pathInStage: path };
}

async function integrate(
  environment: Environment,
  store: ApiStore,
  api: ApiRecord,
  request: ApiRequest,
  match: RouteMatch,
): Promise<HttpAnswer> {
  const id = match.route.Target?.replace(/^integrations\//, '');
  const integration = store.integrations.get(`${api.ApiId}/${id}`);
  if (!integration) throw new Error(`route ${match.route.RouteKey} has no integration: ${match.route.Target}`);
  const caller = integration.CredentialsArn
    ? environment.asRole(integration.CredentialsArn, api.region)
    : { ...environment.asService('apigateway.amazonaws.com', api.region), sourceArn: sourceArn(api, request, match) };
  const input = {
    FunctionName: functionOf(integration.IntegrationUri),
    InvocationType: 'RequestResponse',
    Payload: Buffer.from(JSON.stringify(eventOf(request, match))),
  };
  const invocation = environment.call<{ FunctionError?: string; Payload: Uint8Array }>(
    'lambda',
    'Invoke',
    input,
    caller,
  );
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, integration.TimeoutInMillis ?? MAX_TIMEOUT_MILLISECONDS);
  try {
    const answer = await Promise.race([invocation, late]);
    if (!answer) return UNAVAILABLE;
    return answer.FunctionError ? INTERNAL_ERROR : answerOf(Buffer.from(answer.Payload).toString());
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'TooManyRequestsException') return UNAVAILABLE;
    if (code === 'RequestTooLargeException') return TOO_LARGE;
    throw error;
  } finally {
    clearTimeout(timer);
    invocation.catch(() => undefined);
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html#apigateway-execute-api-arns */
function sourceArn({ ApiId, region }: ApiRecord, { accountId, stage }: ApiRequest, { route }: RouteMatch): string {
  const [method = '', path] = route.RouteKey!.split(' ');
  const called = path === undefined ? method : `${method === 'ANY' ? '*' : method}${path}`;
  return `arn:aws:execute-api:${region}:${accountId}:${ApiId}/${stage}/${called}`;
}

/** Undefined beyond the limit; the rest stays unread. */
async function read(incoming: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(incoming.headers['content-length'] ?? 0) > MAX_PAYLOAD_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_PAYLOAD_BYTES) {
      incoming.pause();
      resolve(undefined);
    } else chunks.push(chunk);
  });
  incoming.on('end', () => resolve(Buffer.concat(chunks)));
  incoming.on('error', reject);
  return promise;
}
