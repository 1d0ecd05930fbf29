import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  ApiGatewayV2Client,
  BadRequestException,
  ConflictException,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteRouteCommand,
  GetApiCommand,
  GetRoutesCommand,
  GetStageCommand,
  NotFoundException,
  UpdateApiCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
} from '@aws-sdk/client-apigatewayv2';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Caller } from '../../local-cloud/service.ts';
import { createApiGatewayService } from '../../local-cloud/services/apigateway/index.ts';
import { type ServedServices, serveService } from '../support/serve-service.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:api';

let cloud: ServedServices;
let client: ApiGatewayV2Client;
let apiId: string;
let integrationId: string;
/** What the function answers; by default the event itself. */
let answer: (event: APIGatewayProxyEventV2) => unknown;
let invokedBy: Caller | undefined;

beforeAll(async () => {
  cloud = await serveService(createApiGatewayService, {
    calls: {
      lambda: {
        Invoke: async (input: { Payload: Buffer }, caller) => {
          invokedBy = caller;
          const outcome = await answer(JSON.parse(input.Payload.toString()));
          if (outcome instanceof Error) throw outcome;
          const failed = (outcome as { errorMessage?: string })?.errorMessage !== undefined;
          return {
            Payload: Buffer.from(JSON.stringify(outcome) ?? 'null'),
            ...(failed && { FunctionError: 'Unhandled' }),
          };
        },
      },
    },
  });
  client = new ApiGatewayV2Client(cloud.client);
  ({ ApiId: apiId } = (await client.send(new CreateApiCommand({ Name: 'test', ProtocolType: 'HTTP' }))) as {
    ApiId: string;
  });
  const integration = await client.send(
    new CreateIntegrationCommand({
      ApiId: apiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: FUNCTION,
      PayloadFormatVersion: '2.0',
    }),
  );
  integrationId = integration.IntegrationId!;
  for (const RouteKey of ['GET /pets/dog', 'GET /pets/{id}', 'ANY /files/{path+}', 'POST /hooks', 'ANY /']) {
    await client.send(new CreateRouteCommand({ ApiId: apiId, RouteKey, Target: `integrations/${integrationId}` }));
  }
  await client.send(new CreateStageCommand({ ApiId: apiId, StageName: '$default', AutoDeploy: true }));
});
beforeEach(() => {
  answer = (event) => event;
});
afterAll(async () => {
  client.destroy();
  await cloud.stop();
});

interface Sent {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** As the API's own host: fetch cannot set that header. */
async function send(
  path: string,
  options: { method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer; api?: string } = {},
): Promise<Sent> {
  const { port } = new URL(cloud.endpoint);
  const host = `${options.api ?? apiId}.execute-api.localhost:${port}`;
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method: options.method ?? 'GET',
    headers: { host, ...options.headers },
    agent: false,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  sent.on('response', (response) =>
    buffer(response).then((body) => resolve({ status: response.statusCode!, headers: response.headers, body }), reject),
  );
  sent.on('error', reject);
  sent.end(options.body);
  return promise;
}

const eventFor = async (...input: Parameters<typeof send>): Promise<APIGatewayProxyEventV2> =>
  JSON.parse((await send(...input)).body.toString());

test.each([
  ['/pets/dog', 'GET /pets/dog', undefined],
  ['/pets/a%20b', 'GET /pets/{id}', { id: 'a b' }],
  ['/files/a/b.txt', 'ANY /files/{path+}', { path: 'a/b.txt' }],
  ['/', 'ANY /', undefined],
])('%s is taken by %s', async (path, routeKey, pathParameters) => {
  const event = await eventFor(path);
  expect(event.routeKey).toBe(routeKey);
  expect(event.pathParameters).toEqual(pathParameters);
});

test.each([
  ['a path without route', '/nothing', 'GET'],
  ['a greedy variable without content', '/files', 'GET'],
  ['a method without route', '/hooks', 'GET'],
])('%s is not found', async (_, path, method) => {
  const { status, body } = await send(path, { method });
  expect([status, body.toString()]).toEqual([404, '{"message":"Not Found"}']);
});

test('$default takes what no other route does', async () => {
  const { RouteId } = await client.send(
    new CreateRouteCommand({ ApiId: apiId, RouteKey: '$default', Target: `integrations/${integrationId}` }),
  );
  expect((await eventFor('/nothing', { method: 'DELETE' })).routeKey).toBe('$default');
  expect((await eventFor('/pets/dog')).routeKey).toBe('GET /pets/dog');
  await client.send(new DeleteRouteCommand({ ApiId: apiId, RouteId }));
});

test('the event has payload format 2.0', async () => {
  const event = await eventFor('/pets/caf%C3%A9?a=1&a=2&b=x%20y', {
    headers: { 'X-One': 'a', 'X-Two': ['b', 'c'], cookie: 'k=1; l=2', 'user-agent': 'test' },
  });
  expect(event).toMatchObject({
    version: '2.0',
    rawPath: '/pets/café',
    rawQueryString: 'a=1&a=2&b=x%20y',
    cookies: ['k=1', 'l=2'],
    headers: { 'x-one': 'a', 'x-two': 'b,c', host: expect.stringContaining('.execute-api.localhost') },
    queryStringParameters: { a: '1,2', b: 'x y' },
    requestContext: {
      accountId: '111122223333',
      apiId,
      domainName: `${apiId}.execute-api.localhost`,
      domainPrefix: apiId,
      http: { method: 'GET', path: '/pets/café', protocol: 'HTTP/1.1', userAgent: 'test' },
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    },
    isBase64Encoded: false,
  });
  expect(event).not.toHaveProperty('headers.cookie');
  expect(event).not.toHaveProperty('body');
  expect(invokedBy?.service).toBe('apigateway.amazonaws.com');
});

test.each([
  ['application/json; charset=utf-8', false],
  ['text/csv', false],
  ['application/x-www-form-urlencoded', true],
  ['application/octet-stream', true],
  [undefined, true],
])('a body of type %s is base64: %s', async (type, isBase64Encoded) => {
  const body = '{"a":"é"}';
  const event = await eventFor('/hooks', { method: 'POST', body, headers: type ? { 'content-type': type } : {} });
  expect(event.isBase64Encoded).toBe(isBase64Encoded);
  expect(Buffer.from(event.body!, isBase64Encoded ? 'base64' : 'utf8').toString()).toBe(body);
});

test('the function decides status, headers, cookies and bytes', async () => {
  const bytes = Buffer.from([0, 255, 1]);
  answer = () => ({
    statusCode: 201,
    headers: { 'Content-Type': 'image/x', 'X-N': 1 },
    cookies: ['a=1; Path=/', 'b=2'],
    body: bytes.toString('base64'),
    isBase64Encoded: true,
  });
  const { status, headers, body } = await send('/');
  expect(status).toBe(201);
  expect(headers).toMatchObject({ 'content-type': 'image/x', 'x-n': '1', 'set-cookie': ['a=1; Path=/', 'b=2'] });
  expect(body).toEqual(bytes);
});

test.each([
  ['an object', { hello: 1 }, '{"hello":1}'],
  ['a string', 'hello', 'hello'],
  ['nothing', undefined, 'null'],
])('%s without a status is the body of a 200', async (_, value, expected) => {
  answer = () => value;
  const { status, headers, body } = await send('/');
  expect([status, headers['content-type'], body.toString()]).toEqual([200, 'application/json', expected]);
});

const awsError = (code: string) => Object.assign(new Error(code), { code });

test.each([
  ['a function that failed', { errorType: 'Error', errorMessage: 'x' }, 500, 'Internal Server Error'],
  ['a status that is none', { statusCode: 'many' }, 500, 'Internal Server Error'],
  ['a body that is no string', { statusCode: 200, body: { a: 1 } }, 500, 'Internal Server Error'],
  ['a missing permission', awsError('AccessDeniedException'), 500, 'Internal Server Error'],
  ['a throttled function', awsError('TooManyRequestsException'), 503, 'Service Unavailable'],
])('%s answers an error', async (_, outcome, expected, message) => {
  answer = () => outcome;
  const { status, body } = await send('/');
  expect([status, JSON.parse(body.toString())]).toEqual([expected, { message }]);
});

test('a function that takes longer than the integration waits is unavailable', async () => {
  const update = (TimeoutInMillis: number) =>
    client.send(new UpdateIntegrationCommand({ ApiId: apiId, IntegrationId: integrationId, TimeoutInMillis }));
  await update(50);
  const { promise, resolve } = Promise.withResolvers<string>();
  answer = () => promise;
  expect((await send('/')).status).toBe(503);
  resolve('late');
  await update(30_000);
});

test('bodies over 10 MB are refused', async () => {
  const body = Buffer.alloc(10 * 1024 * 1024 + 1);
  const { status } = await send('/hooks', { method: 'POST', body, headers: { 'content-length': String(body.length) } });
  expect(status).toBe(413);
});

test('a named stage is part of the path, with its variables', async () => {
  const stage = { ApiId: apiId, StageName: 'dev', AutoDeploy: true, StageVariables: { v: '1' } };
  await client.send(new CreateStageCommand(stage));
  expect(await eventFor('/dev/pets/dog')).toMatchObject({
    routeKey: 'GET /pets/dog',
    rawPath: '/dev/pets/dog',
    stageVariables: { v: '1' },
    requestContext: { stage: 'dev' },
  });
  expect((await client.send(new GetStageCommand({ ApiId: apiId, StageName: '$default' }))).StageName).toBe('$default');
});

test('an API is reached by path, too', async () => {
  const response = await fetch(`${cloud.endpoint}/_execute-api/${apiId}/pets/dog?a=1`);
  expect(await response.json()).toMatchObject({ rawPath: '/pets/dog', rawQueryString: 'a=1' });
});

test('CORS is answered by the API', async () => {
  const { ApiId: api } = await client.send(
    new CreateApiCommand({
      Name: 'cors',
      ProtocolType: 'HTTP',
      CorsConfiguration: {
        AllowOrigins: ['https://a.example'],
        AllowMethods: ['POST'],
        AllowHeaders: ['x-a'],
        MaxAge: 60,
      },
    }),
  );
  const origin = 'https://a.example';
  const preflight = { origin, 'access-control-request-method': 'POST' };
  const allowed = await send('/any', { api, method: 'OPTIONS', headers: preflight });
  expect(allowed.status).toBe(204);
  expect(allowed.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'x-a',
    'access-control-max-age': '60',
  });
  const refused = await send('/any', {
    api,
    method: 'OPTIONS',
    headers: { ...preflight, origin: 'https://b.example' },
  });
  expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
});

test('APIs and their parts are created, changed and deleted; what is not emulated is refused', async () => {
  const { ApiId, ApiEndpoint } = await client.send(new CreateApiCommand({ Name: 'a', ProtocolType: 'HTTP' }));
  expect(ApiEndpoint).toBe(`http://${ApiId}.execute-api.localhost:${new URL(cloud.endpoint).port}`);
  await client.send(new UpdateApiCommand({ ApiId, Name: 'b' }));
  expect((await client.send(new GetApiCommand({ ApiId }))).Name).toBe('b');
  const { RouteId } = await client.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /a' }));
  await expect(client.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /a' }))).rejects.toThrow(ConflictException);
  await expect(client.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET a' }))).rejects.toThrow(BadRequestException);
  await client.send(new UpdateRouteCommand({ ApiId, RouteId, RouteKey: 'GET /b' }));
  const { Items } = await client.send(new GetRoutesCommand({ ApiId }));
  expect(Items!.map(({ RouteKey }) => RouteKey)).toEqual(['GET /b']);
  const integration = { ApiId, IntegrationType: 'AWS_PROXY' as const, IntegrationUri: FUNCTION };
  await expect(
    client.send(new CreateIntegrationCommand({ ...integration, PayloadFormatVersion: '1.0' })),
  ).rejects.toThrow('2.0 is emulated');
  await client.send(new DeleteApiCommand({ ApiId }));
  await expect(client.send(new GetApiCommand({ ApiId }))).rejects.toThrow(NotFoundException);
});
