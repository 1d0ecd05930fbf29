/**
 * HTTP APIs are managed by the REST verbs on paths.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
 */
import { type At, need, passRole, type Rows } from '../need.ts';

type Ids = Record<string, string | undefined>;

const arn = (at: At, path: string) => `arn:aws:apigateway:${at.region}::/apis${path}`;

/** The five operations on a part of an API, e.g. `Route`; `idOf` names one in the path. */
function part(noun: string, plural: string, idOf: (input: Ids) => string | undefined): Rows {
  const all = (input: Ids, at: At) => arn(at, `/${input.ApiId}/${plural}`);
  const one = (input: Ids, at: At) => arn(at, `/${input.ApiId}/${plural}/${idOf(input)}`);
  return {
    [`Create${noun}`]: [need('apigateway:POST', all)],
    [`Get${noun}s`]: [need('apigateway:GET', all)],
    [`Get${noun}`]: [need('apigateway:GET', one)],
    [`Update${noun}`]: [need('apigateway:PATCH', one)],
    [`Delete${noun}`]: [need('apigateway:DELETE', one)],
  };
}

const api = ({ ApiId }: Ids, at: At) => arn(at, `/${ApiId}`);
const integrations = part('Integration', 'integrations', ({ IntegrationId }) => IntegrationId);
const credentials = passRole('apigateway.amazonaws.com', ({ CredentialsArn }: Ids) => CredentialsArn);

export const apigateway: Rows = {
  CreateApi: [need('apigateway:POST', (_, at) => arn(at, ''))],
  GetApis: [need('apigateway:GET', (_, at) => arn(at, ''))],
  GetApi: [need('apigateway:GET', api)],
  UpdateApi: [need('apigateway:PATCH', api)],
  DeleteApi: [need('apigateway:DELETE', api)],
  ...integrations,
  CreateIntegration: [...(integrations.CreateIntegration ?? []), credentials],
  UpdateIntegration: [...(integrations.UpdateIntegration ?? []), credentials],
  ...part('Route', 'routes', ({ RouteId }) => RouteId),
  ...part('Stage', 'stages', ({ StageName }) => StageName),
};
