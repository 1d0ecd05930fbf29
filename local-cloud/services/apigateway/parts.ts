/** What belongs to an API: integrations, routes, stages. Changes are live at once. */
import { randomBytes } from 'node:crypto';
import type { UpdateIntegrationRequest, UpdateRouteRequest, UpdateStageRequest } from '@aws-sdk/client-apigatewayv2';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Collection } from '../../runtime/records.ts';
import type { Operations } from '../../service.ts';
import { parseRouteKey } from './routes.ts';
import { type ApiStore, badRequest, getApi, notFound, valuesOf } from './store.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const MAX_TIMEOUT_MILLISECONDS = 30_000;

/** Ten lower-case letters and digits, as AWS's are. */
export const newId = (): string => randomBytes(8).readBigUInt64BE().toString(36).padStart(10, '0').slice(-10);

export const integrationOperations = (store: ApiStore): Operations =>
  partOperations({
    noun: 'Integration',
    plural: 'Integrations',
    collection: store.integrations,
    store,
    key: 'IntegrationId',
    defaults: () => ({
      IntegrationId: newId().slice(-7),
      ConnectionType: 'INTERNET' as const,
      IntegrationMethod: 'POST',
      TimeoutInMillis: MAX_TIMEOUT_MILLISECONDS,
    }),
    check: checkIntegration,
  });

export const routeOperations = (store: ApiStore): Operations =>
  partOperations({
    noun: 'Route',
    plural: 'Routes',
    collection: store.routes,
    store,
    key: 'RouteId',
    defaults: () => ({ RouteId: newId().slice(-7), AuthorizationType: 'NONE' as const, ApiKeyRequired: false }),
    check: (route: UpdateRouteRequest) => checkRoute(store, route),
  });

export const stageOperations = (store: ApiStore): Operations =>
  partOperations({
    noun: 'Stage',
    plural: 'Stages',
    collection: store.stages,
    store,
    key: 'StageName',
    defaults: () => ({}),
    check: checkStage,
  });

interface Part<Value> {
  noun: string;
  plural: string;
  collection: Collection<Value>;
  store: ApiStore;
  /** The member that identifies it within its API. */
  key: string;
  /** Of what Create leaves out. */
  defaults: () => Partial<Value>;
  /** Refuses what is wrong or not emulated. */
  check: (value: never) => void;
}

type Input = { ApiId: string } & Record<string, string>;

/** Create, Get, Get all, Update and Delete of something that belongs to an API. */
function partOperations<Value extends object>(part: Part<Value>): Operations {
  const { noun, plural, collection, key } = part;
  const find = (input: Input): [string, Value] => {
    getApi(part.store, input.ApiId);
    const path = `${input.ApiId}/${input[key]}`;
    const value = collection.get(path);
    if (!value) throw notFound(noun, input[key]);
    return [path, value];
  };
  return {
    [`Create${noun}`]: async ({ ApiId, ...input }: Input) => {
      getApi(part.store, ApiId);
      const value = { ...part.defaults(), ...given(input) };
      part.check({ ApiId, ...value } as never);
      const path = `${ApiId}/${(value as Record<string, unknown>)[key]}`;
      if (collection.get(path)) throw new AwsError('ConflictException', `${noun} already exists`, 409);
      collection.put(path, value as Value);
      return value;
    },
    [`Get${noun}`]: async (input: Input) => find(input)[1],
    [`Get${plural}`]: async ({ ApiId }: Input) => ({ Items: valuesOf(collection, getApi(part.store, ApiId).ApiId!) }),
    [`Update${noun}`]: async (input: Input) => {
      const [path, before] = find(input);
      const { ApiId, ...changes } = input;
      const value = { ...before, ...given(changes) };
      part.check({ ApiId, ...value } as never);
      collection.put(path, value);
      return value;
    },
    [`Delete${noun}`]: async (input: Input) => collection.delete(find(input)[0]),
  };
}

function checkIntegration(integration: UpdateIntegrationRequest): void {
  const { IntegrationType, PayloadFormatVersion, TimeoutInMillis = 0, IntegrationUri } = integration;
  if (IntegrationType !== 'AWS_PROXY' || integration.IntegrationSubtype) {
    throw badRequest('Only AWS_PROXY integrations with Lambda functions are emulated by the local cloud');
  }
  if (PayloadFormatVersion !== '2.0') throw badRequest('Only PayloadFormatVersion 2.0 is emulated by the local cloud');
  if (Object.keys({ ...integration.RequestParameters, ...integration.ResponseParameters }).length > 0) {
    throw badRequest('Parameter mapping is not emulated by the local cloud');
  }
  if (!functionOf(IntegrationUri)) throw badRequest(`The IntegrationUri is no Lambda function: ${IntegrationUri}`);
  if (TimeoutInMillis < 50 || TimeoutInMillis > MAX_TIMEOUT_MILLISECONDS) {
    throw badRequest(`Timeout should be between 50 ms and ${MAX_TIMEOUT_MILLISECONDS} ms`);
  }
}

/** The function's ARN in an integration's URI: the ARN itself, or within an invocation path of API Gateway. */
export const functionOf = (uri: string | undefined): string | undefined =>
  /(?:^|\/functions\/)(arn:aws[\w-]*:lambda:[^/]+)(?:$|\/invocations$)/.exec(uri ?? '')?.[1];

function checkRoute(store: ApiStore, route: UpdateRouteRequest): void {
  if (!parseRouteKey(route.RouteKey!))
    throw badRequest(`The provided route key is not formatted properly: ${route.RouteKey}`);
  if (route.AuthorizationType !== 'NONE') {
    throw badRequest(`AuthorizationType ${route.AuthorizationType} is not emulated by the local cloud`);
  }
  const same = valuesOf(store.routes, route.ApiId!).find(
    ({ RouteKey, RouteId }) => RouteKey === route.RouteKey && RouteId !== route.RouteId,
  );
  if (same)
    throw new AwsError('ConflictException', `Route with key ${route.RouteKey} already exists for this API`, 409);
}

function checkStage(stage: UpdateStageRequest): void {
  if (!/^(\$default|[\w-]{1,128})$/.test(stage.StageName!)) throw badRequest(`Invalid stage name: ${stage.StageName}`);
  if (!stage.AutoDeploy) throw badRequest('Stages without AutoDeploy are not emulated by the local cloud');
}

/** What an Update leaves out stays as it is. */
export function given<Changes extends object>(changes: Changes): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Changes;
}
