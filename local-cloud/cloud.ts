/** Services around one front: what index.ts starts with all services, and tests with the ones they are about. */

import { type Authorizer, createAuthorizer } from './authorization/authorizer.ts';
import type { Decision } from './authorization/decisions.ts';
import { guard } from './authorization/guard.ts';
import { createFaults, type Fault, type Faults } from './faults/index.ts';
import { startFront } from './front.ts';
import { AwsError } from './protocol/aws-error.ts';
import { notEmulated } from './protocol/sdk-service.ts';
import {
  assumedRoleArn,
  type CredentialsRegistry,
  createCredentialsRegistry,
  ROOT_CREDENTIALS,
} from './runtime/credentials.ts';
import { openStateFolder, type StateFolder } from './runtime/state-folder.ts';
import type { Call, Environment, Service } from './service.ts';

/** The account that AWS's documentation uses in its examples. */
const ACCOUNT_ID = '111122223333';
const DEFAULT_REGION = 'us-east-1';

export type ServiceFactory<Made extends Service = Service> = (
  environment: Environment,
  credentials: CredentialsRegistry,
) => Made;

/** By scope. */
export type ServiceFactories = Record<string, ServiceFactory>;

export interface CloudOptions<Factories extends ServiceFactories> {
  /** Everything is kept here; a second local cloud on the same folder is refused. */
  folder: string;
  /** 0 takes a free one. */
  port?: number;
  services: Factories;
  /** Where everything is that is not at the edge; us-east-1 unless said. */
  region?: string;
  /** What `GET /_local` tells beside the endpoint and the account. */
  about?: (services: Made<Factories>) => object;
  now?: () => number;
  log?: (line: string) => void;
  /** Calls that fail from the start on. */
  faults?: Fault[];
}

type Made<Factories extends ServiceFactories> = { [Scope in keyof Factories]: ReturnType<Factories[Scope]> };

export interface Cloud<Factories extends ServiceFactories> {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  port: number;
  accountId: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  services: Made<Factories>;
  call: Call;
  /** What the authorisation decided since the start. */
  decisions: () => Decision[];
  withhold: Authorizer['withhold'];
  faults: Faults;
  /** An environment for work that the local cloud does itself, e.g. loading a template. */
  environment: (owner: string) => Environment;
  stop(): Promise<void>;
}

export async function startCloud<Factories extends ServiceFactories>(
  options: CloudOptions<Factories>,
): Promise<Cloud<Factories>> {
  const now = options.now ?? Date.now;
  const region = options.region ?? DEFAULT_REGION;
  const state = openStateFolder(options.folder);
  const services: Record<string, Service> = {};
  const ending: (() => Promise<void> | void)[] = [() => state.close()];
  const stop = async () => {
    const failures: unknown[] = [];
    for (const end of ending.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length) throw new AggregateError(failures, 'The local cloud did not stop cleanly');
  };
  try {
    const credentials = createCredentialsRegistry(state.records.records('credentials'), ACCOUNT_ID, now);
    let endpoint = '';
    const authorizer = authorizerOf(services, region, now, options.log ?? (() => {}));
    const around = {
      region,
      state,
      services,
      credentials,
      authorizer,
      now,
      log: options.log,
      endpoint: () => endpoint,
    };
    const environment = environments(around);
    for (const [scope, create] of Object.entries(options.services)) {
      const service = create(environment(scope), credentials);
      services[scope] = service;
      guard(service, authorizer);
    }
    ending.push(() => stopServices(services));
    const faults = createFaults(options.faults);
    const front = await startFront({
      port: options.port ?? 0,
      services,
      credentials,
      now,
      faults,
      about: () => ({
        endpoint,
        accountId: ACCOUNT_ID,
        region,
        credentials: ROOT_CREDENTIALS,
        ...options.about?.(services as Made<Factories>),
      }),
    });
    ending.push(() => front.close());
    endpoint = `http://127.0.0.1:${front.port}`;
    for (const service of Object.values(services)) await service.start?.();
    return {
      endpoint,
      port: front.port,
      accountId: ACCOUNT_ID,
      region,
      // A copy: the SDK writes into the object it is given.
      credentials: { ...ROOT_CREDENTIALS },
      services: services as Made<Factories>,
      call: environment('cloud').call,
      decisions: authorizer.decisions,
      withhold: authorizer.withhold,
      faults,
      environment,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function stopServices(services: Record<string, Service>): Promise<void> {
  const results = await Promise.allSettled(Object.values(services).map((service) => service.stop?.()));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length) throw new AggregateError(failures, 'Services did not stop cleanly');
}

/** It asks the services for their policies, whenever they are there. */
function authorizerOf(
  services: Record<string, Service>,
  region: string,
  now: () => number,
  log: (line: string) => void,
): Authorizer {
  return createAuthorizer({
    accountId: ACCOUNT_ID,
    now,
    log,
    rolePolicies: (roleArn) => services.iam?.rolePolicies?.(roleArn),
    resourcePolicy: (arn) => services[arn.split(':')[2] ?? '']?.resourcePolicy?.(arn),
    look: async <Output>(scope: string, operation: string, input: object) => {
      const run = services[scope]?.operations[operation];
      const asItself = { accountId: ACCOUNT_ID, arn: 'authorization', service: 'authorization', region };
      return (await run?.(input, asItself).catch(() => undefined)) as Output | undefined;
    },
  });
}

interface Surroundings {
  region: string;
  state: StateFolder;
  services: Record<string, Service>;
  credentials: CredentialsRegistry;
  authorizer: Authorizer;
  now: () => number;
  log: ((line: string) => void) | undefined;
  endpoint: () => string;
}

function environments(around: Surroundings): (owner: string) => Environment {
  const call: Call = async <Output>(scope: string, operation: string, input: object, caller: Parameters<Call>[3]) => {
    const service = around.services[scope];
    if (!service) throw new AwsError('NotImplemented', `The service ${scope} is not emulated by the local cloud`, 501);
    const run = service.operations[operation];
    if (!run) throw notEmulated(scope, operation);
    return (await run(input, caller)) as Output;
  };
  return (owner) => ({
    accountId: ACCOUNT_ID,
    region: around.region,
    now: around.now,
    records: around.state.records.records(owner),
    folder: around.state.subfolder(owner),
    endpoint: around.endpoint,
    call,
    credentialsFor: async (roleArn, principal = `${owner}.amazonaws.com`) => {
      around.authorizer.checkTrust(roleArn, principal);
      return around.credentials.issue(roleArn, `${owner}-${around.now()}`);
    },
    asRole: (roleArn, region = around.region) => ({
      accountId: ACCOUNT_ID,
      arn: assumedRoleArn(roleArn, owner),
      roleArn,
      region,
      assumedBy: `${owner}.amazonaws.com`,
    }),
    asService: (service, region = around.region) => ({ accountId: ACCOUNT_ID, arn: service, service, region }),
    log: around.log ?? (() => {}),
  });
}
