/**
 * API Gateway HTTP APIs (version 2) in front of Lambda functions, served at `<apiId>.execute-api.localhost` and under
 * `/_execute-api/<apiId>/`.
 *
 * Gaps: REST and WebSocket APIs, authorizers, payload format 1.0, integrations other than Lambda, parameter mapping,
 * deployments, custom domains, quick create: asking for one is an error. Throttling and access logs are kept as settings
 * of a stage, without effect.
 *
 * By design: changes are live at once (stages need AutoDeploy); http instead of https, which x-forwarded-proto says. As on
 * AWS, `rawPath` is decoded, bodies other than text, JSON, XML and JavaScript are base64, and the function must have
 * permitted apigateway.amazonaws.com.
 */
import * as sdk from '@aws-sdk/client-apigatewayv2';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Service } from '../../service.ts';
import { apiOperations } from './operations.ts';
import { destinationOf, serve } from './serve.ts';
import { openStore } from './store.ts';

export function createApiGatewayService(environment: Environment): Service {
  const store = openStore(environment.records);
  return {
    ...sdkService({
      scope: 'apigateway',
      module: sdk,
      client: new sdk.ApiGatewayV2Client({ region: environment.region }),
      operations: apiOperations(environment, store),
    }),
    ingress: (request, response) => {
      const destination = destinationOf(request);
      if (!destination) return false;
      void serve(environment, store, destination, request, response);
      return true;
    },
  };
}
