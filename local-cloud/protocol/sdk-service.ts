/**
 * A service's wire from its SDK client's schemas: restXml, restJson1, awsJson 1.0 and 1.1, awsQuery.
 *
 * Gaps: event streams; string patterns, lengths and enums (the schemas have none: operations check what matters).
 * By design: required members are checked; an operation without a handler is an error that names it, and so is a
 * failure of the local cloud itself. S3 has its own routing and uses readInput, writeOutput and s3ErrorXml.
 */
import type { Operations, Service } from '../service.ts';
import { AwsError } from './aws-error.ts';
import { operationName, readRequest } from './read-input.ts';
import { restRoutes } from './rest-routes.ts';
import { type SdkClient, type SdkClientModule, sdkModel } from './sdk-model.ts';
import { asAwsError, writeError } from './write-error.ts';
import { writeOutput } from './write-output.ts';

export interface SdkServiceOptions {
  /** The credential scope's service name. */
  scope: string;
  /** `import * as sdk from '@aws-sdk/client-…'`. */
  module: SdkClientModule;
  client: SdkClient;
  /** By the SDK's operation name. */
  operations: Operations;
}

export function sdkService(
  options: SdkServiceOptions,
): Pick<Service, 'scope' | 'handle' | 'operations' | 'operationOf'> {
  const { scope, operations } = options;
  const model = sdkModel(options.module, options.client);
  const routes = restRoutes(model);
  return {
    scope,
    operations,
    operationOf: (request) => operationName(model, routes, request),
    handle: async (request, caller) => {
      let name = `a request to ${scope}`;
      try {
        const { operation, input, status } = await readRequest(model, routes, request);
        name = `${scope}:${operation.name}`;
        const run = operations[operation.name];
        if (!run) throw notEmulated(scope, operation.name);
        const output = (await run(input, caller)) as object | undefined;
        return await writeOutput(model, operation, output, status);
      } catch (error) {
        return writeError(model, asAwsError(error, name));
      }
    },
  };
}

export function notEmulated(scope: string, operation: string): AwsError {
  return new AwsError('NotImplemented', `${scope}:${operation} is not emulated by the local cloud`, 501);
}
