/**
 * Serves emulated services on a loopback port without the local cloud around them: no SigV4, no template. For tests of one
 * service through its official SDK client. Calls between the services given here work; others fail naming the scope.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authorizer, createAuthorizer } from '../../local-cloud/authorization/authorizer.ts';
import { guard } from '../../local-cloud/authorization/guard.ts';
import { openRecords } from '../../local-cloud/runtime/records.ts';
import type { Call, Caller, Environment, Operations, Service } from '../../local-cloud/service.ts';

export type ServiceFactory = (environment: Environment) => Service;

export interface ServeOptions {
  /** State survives in this folder; without it a temporary one is made and removed by `stop`. */
  folder?: string;
  region?: string;
  now?: () => number;
  /** Stand-ins for services that are not served, by scope. */
  calls?: Record<string, Operations>;
  log?: (line: string) => void;
}

export interface ServedServices {
  endpoint: string;
  /** Spread into any SDK client's configuration. */
  client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  call: Call;
  services: Service[];
  environment: Environment;
  stop(): Promise<void>;
}

const ACCOUNT = '111122223333';

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function scopeOf(request: IncomingMessage): string | undefined {
  const credential = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const presigned = new URL(request.url ?? '/', 'http://host').searchParams.get('X-Amz-Credential');
  return (credential ?? presigned ?? undefined)?.split('/')[3];
}

function identities(region: string): Pick<Environment, 'credentialsFor' | 'asRole' | 'asService'> {
  const session = (roleArn: string) => roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
  return {
    credentialsFor: async (roleArn) => ({ accessKeyId: 'test', secretAccessKey: 'test', sessionToken: roleArn }),
    asRole: (roleArn, inRegion = region) => ({
      accountId: ACCOUNT,
      arn: session(roleArn),
      roleArn,
      region: inRegion,
    }),
    asService: (service, inRegion = region) => ({ accountId: ACCOUNT, arn: service, service, region: inRegion }),
  };
}

function requestListener(services: Map<string, Service>, region: string): RequestListener {
  return async (request, response) => {
    if ([...services.values()].some((service) => service.ingress?.(request, response))) return;
    const scope = scopeOf(request);
    const service = services.size === 1 ? [...services.values()][0] : services.get(scope ?? '');
    if (!service) return void response.writeHead(404).end(`no service for the scope ${scope}`);
    const answer = await service.handle(
      {
        method: request.method ?? 'GET',
        url: request.url ?? '/',
        headers: request.headers as Record<string, string>,
        body: await readBody(request),
      },
      { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, region },
    );
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
}

/** Roles are stand-ins here: they trust everybody and may do everything. AWS services are judged, by policies of resources. */
function authorizerOf(services: Map<string, Service>, now: () => number): Authorizer {
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const everybody = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
  return createAuthorizer({
    accountId: ACCOUNT,
    now,
    log: () => {},
    look: async () => undefined,
    rolePolicies: () => ({ inline: { all: JSON.stringify({ Statement: everything }) }, notJudged: [] }),
    resourcePolicy: (arn) => {
      const scope = arn.split(':')[2] ?? '';
      return scope === 'iam' ? JSON.stringify({ Statement: everybody }) : services.get(scope)?.resourcePolicy?.(arn);
    },
  });
}

/** Serves the services that `factories` make; with one of them, every request goes there whatever its scope. */
export async function serveServices(factories: ServiceFactory[], options: ServeOptions = {}): Promise<ServedServices> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'towpath-service-')));
  const region = options.region ?? 'eu-west-1';
  const file = openRecords(join(folder, 'records.sqlite'));
  const services = new Map<string, Service>();
  let endpoint = '';

  const call: Call = async <Output>(scope: string, operation: string, input: object, as: Caller) => {
    const handler = (services.get(scope)?.operations ?? options.calls?.[scope])?.[operation];
    if (!handler) throw new Error(`${scope}:${operation} is not served in this test`);
    return (await handler(input, as)) as Output;
  };
  const environment = (name: string): Environment => ({
    accountId: ACCOUNT,
    region,
    now: options.now ?? Date.now,
    records: file.records(name),
    folder: join(folder, name),
    endpoint: () => endpoint,
    call,
    ...identities(region),
    log: options.log ?? (() => {}),
  });
  const authorizer = authorizerOf(services, options.now ?? Date.now);
  factories.forEach((create, index) => {
    const service = create(environment(`service-${index}`));
    services.set(service.scope, service);
    guard(service, authorizer);
  });

  const server = createServer(requestListener(services, region));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const stop = async () => {
    for (const service of services.values()) await service.stop?.();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    file.close();
    if (!options.folder) await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const service of services.values()) await service.start?.();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    endpoint,
    client: { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
    call,
    services: [...services.values()],
    environment: environment('test'),
    stop,
  };
}

export const serveService = (create: ServiceFactory, options?: ServeOptions): Promise<ServedServices> =>
  serveServices([create], options);
