/** The control plane of APIs; their integrations, routes and stages are in parts.ts. */
import type { CreateApiRequest, UpdateApiRequest } from '@aws-sdk/client-apigatewayv2';
import type { Environment, Operations } from '../../service.ts';
import { given, integrationOperations, newId, routeOperations, stageOperations } from './parts.ts';
import { type ApiRecord, type ApiStore, badRequest, getApi } from './store.ts';

export function apiOperations(environment: Environment, store: ApiStore): Operations {
  const shown = ({ region, createdAt, ...api }: ApiRecord) => ({
    ...api,
    ApiEndpoint: `http://${api.ApiId}.execute-api.localhost:${new URL(environment.endpoint()).port}`,
    CreatedDate: new Date(createdAt),
  });
  return {
    CreateApi: async (input: CreateApiRequest, caller) => {
      if (input.ProtocolType !== 'HTTP') throw badRequest('Only HTTP APIs are emulated by the local cloud');
      if (input.Target) throw badRequest('Quick create (Target) is not emulated by the local cloud');
      const api: ApiRecord = {
        ApiId: newId(),
        Name: input.Name,
        ProtocolType: 'HTTP',
        RouteSelectionExpression: '$request.method $request.path',
        ApiKeySelectionExpression: '$request.header.x-api-key',
        Description: input.Description,
        CorsConfiguration: input.CorsConfiguration,
        DisableExecuteApiEndpoint: input.DisableExecuteApiEndpoint ?? false,
        Tags: input.Tags,
        region: caller.region,
        createdAt: environment.now(),
      };
      store.apis.put(api.ApiId!, api);
      return shown(api);
    },
    GetApi: async ({ ApiId }) => shown(getApi(store, ApiId)),
    GetApis: async (_, caller) => ({
      Items: store.apis
        .entries()
        .map(([, api]) => api)
        .filter(({ region }) => region === caller.region)
        .map(shown),
    }),
    UpdateApi: async ({ ApiId, ...input }: UpdateApiRequest) => {
      if (input.Target) throw badRequest('Quick create (Target) is not emulated by the local cloud');
      const api = { ...getApi(store, ApiId), ...given(input) };
      store.apis.put(ApiId!, api);
      return shown(api);
    },
    DeleteApi: async ({ ApiId }) => {
      getApi(store, ApiId);
      store.atomically(() => {
        store.apis.delete(ApiId);
        for (const collection of [store.integrations, store.routes, store.stages]) {
          for (const [key] of collection.entries(`${ApiId}/`)) collection.delete(key);
        }
      });
    },
    ...integrationOperations(store),
    ...routeOperations(store),
    ...stageOperations(store),
  };
}
