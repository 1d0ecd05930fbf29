/** The durable state of the service: APIs, and their integrations, routes and stages under `<apiId>/<id>`. */
import type { Api, Integration, Route, Stage } from '@aws-sdk/client-apigatewayv2';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Collection, Records } from '../../runtime/records.ts';

/** Addresses depend on the port and are worked out when read. */
export type ApiRecord = Omit<Api, 'ApiEndpoint' | 'CreatedDate'> & { region: string; createdAt: number };

export interface ApiStore {
  apis: Collection<ApiRecord>;
  integrations: Collection<Integration>;
  routes: Collection<Route>;
  stages: Collection<Stage>;
  atomically: Records['atomically'];
}

export const openStore = (records: Records): ApiStore => ({
  apis: records.collection('apis'),
  integrations: records.collection('integrations'),
  routes: records.collection('routes'),
  stages: records.collection('stages'),
  atomically: (work) => records.atomically(work),
});

export const valuesOf = <Value>(collection: Collection<Value>, apiId: string): Value[] =>
  collection.entries(`${apiId}/`).map(([, value]) => value);

export const notFound = (what: string, id: string | undefined): AwsError =>
  new AwsError('NotFoundException', `Invalid ${what} identifier specified ${id}`, 404);

export const badRequest = (message: string): AwsError => new AwsError('BadRequestException', message, 400);

export function getApi(store: ApiStore, id: string | undefined): ApiRecord {
  const api = store.apis.get(id!);
  if (!api) throw notFound('API', id);
  return api;
}
