/** The environment of a function's process: Lambda's own variables and the function's, nothing of the local cloud's. */
import { dirname } from 'node:path';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Credentials } from '../../../service.ts';

export interface Surroundings {
  /** Region the function runs in; at the edge that of the point of presence. */
  region: string;
  endpoint: string;
  credentials: Credentials;
  taskRoot: string;
  temporaryFolder: string;
  logGroup: string;
  logStream: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
export function environmentVariables(
  configuration: FunctionConfiguration,
  surroundings: Surroundings,
): Record<string, string> {
  const { region, endpoint, credentials } = surroundings;
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: surroundings.temporaryFolder,
    AWS_ENDPOINT_URL: endpoint,
    ...configuration.Environment?.Variables,
    LAMBDA_TASK_ROOT: surroundings.taskRoot,
    _HANDLER: configuration.Handler!,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.FunctionName!,
    AWS_LAMBDA_FUNCTION_VERSION: configuration.Version!,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: surroundings.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: surroundings.logStream,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
}
