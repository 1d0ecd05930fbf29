/** A function's configuration: defaults, limits, changes. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../protocol/aws-error.ts';
import type { StoredCode } from './code.ts';
import { type FunctionReference, functionArn } from './function-name.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_MEMORY_MEGABYTES = 10_240;
const MAX_TIMEOUT_SECONDS = 900;
const TMP_MEGABYTES = { min: 512, max: 10_240 };
const MAX_ENVIRONMENT_BYTES = 4096;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_VARIABLES = new Set(
  `_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME
   AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE
   AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
   AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR`.split(/\s+/),
);

type Settings = CreateFunctionRequest | UpdateFunctionConfigurationRequest;

/** Refuses what AWS refuses, and what this service would otherwise ignore in silence. */
export function checkSettings(input: Settings): void {
  const { Runtime, Handler, Timeout, MemorySize } = input;
  if (Runtime !== undefined && !/^nodejs\d+\.x$/.test(Runtime)) {
    throw invalid(`Runtime ${Runtime} is not emulated: the local cloud runs functions for Node.js only`);
  }
  if (Handler !== undefined && !/^[^\s]{1,128}$/.test(Handler)) throw outOfBounds(Handler, 'handler', 'match [^\\s]+');
  if (Timeout !== undefined && !(Timeout >= 1 && Timeout <= MAX_TIMEOUT_SECONDS)) {
    throw outOfBounds(Timeout, 'timeout', `have value between 1 and ${MAX_TIMEOUT_SECONDS}`);
  }
  if (MemorySize !== undefined && !(MemorySize >= 128 && MemorySize <= MAX_MEMORY_MEGABYTES)) {
    throw outOfBounds(MemorySize, 'memorySize', `have value between 128 and ${MAX_MEMORY_MEGABYTES}`);
  }
  const { Size: tmp = TMP_MEGABYTES.min } = input.EphemeralStorage ?? {};
  if (tmp < TMP_MEGABYTES.min || tmp > TMP_MEGABYTES.max) {
    throw outOfBounds(tmp, 'ephemeralStorage.size', `have value between ${TMP_MEGABYTES.min} and ${TMP_MEGABYTES.max}`);
  }
  checkVariables(input.Environment?.Variables ?? {});
  refuseNotEmulated(input);
}

function checkVariables(variables: Record<string, string>): void {
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have provided ' +
        'contains reserved keys that are currently not supported for modification. ' +
        `Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const malformed = Object.keys(variables).filter((name) => !/^[a-zA-Z]\w+$/.test(name));
  if (malformed.length > 0) throw outOfBounds(malformed[0]!, 'environment.variables', 'match [a-zA-Z]([a-zA-Z0-9_])+');
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > MAX_ENVIRONMENT_BYTES) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have provided ' +
        `exceeded the 4KB limit. String measured: ${measured}`,
    );
  }
}

function refuseNotEmulated(input: Settings): void {
  const refused = [
    input.Layers?.length && 'Layers',
    input.VpcConfig?.SubnetIds?.length && 'VpcConfig',
    input.FileSystemConfigs?.length && 'FileSystemConfigs',
    input.ImageConfig && 'ImageConfig',
    'PackageType' in input && input.PackageType === 'Image' && 'PackageType Image',
    input.SnapStart?.ApplyOn === 'PublishedVersions' && 'SnapStart',
  ].find(Boolean);
  if (refused) throw invalid(`${refused} is not emulated by the local cloud`);
}

export function firstConfiguration(
  input: CreateFunctionRequest,
  code: StoredCode,
  reference: FunctionReference,
): Omit<FunctionConfiguration, 'LastModified' | 'RevisionId'> {
  return withSettings(
    {
      FunctionName: reference.name,
      FunctionArn: functionArn({ ...reference, qualifier: undefined }),
      Version: '$LATEST',
      PackageType: 'Zip',
      Architectures: input.Architectures ?? ['x86_64'],
      Description: '',
      Timeout: 3,
      MemorySize: 128,
      TracingConfig: { Mode: 'PassThrough' },
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${reference.name}` },
      State: 'Active',
      LastUpdateStatus: 'Successful',
      ...withCode(code),
    },
    input,
  );
}

export const withCode = (code: StoredCode) => ({ CodeSize: code.size, CodeSha256: code.sha256Base64 });

/** The settings in `input` laid over a configuration; what is absent stays. */
export function withSettings(configuration: FunctionConfiguration, input: Settings): FunctionConfiguration {
  const { Variables } = input.Environment ?? {};
  const given = {
    Runtime: input.Runtime,
    Role: input.Role,
    Handler: input.Handler,
    Description: input.Description,
    Timeout: input.Timeout,
    MemorySize: input.MemorySize,
    DeadLetterConfig: input.DeadLetterConfig,
    TracingConfig: input.TracingConfig,
    EphemeralStorage: input.EphemeralStorage,
    LoggingConfig: input.LoggingConfig && { ...configuration.LoggingConfig, ...input.LoggingConfig },
    KMSKeyArn: input.KMSKeyArn,
  };
  const changed = { ...configuration };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) Object.assign(changed, { [name]: value });
  if (Variables && Object.keys(Variables).length > 0) changed.Environment = { Variables };
  else if (input.Environment) delete changed.Environment;
  return changed;
}

/** Whether publishing `latest` would make the same version again. Its description is the version's own. */
export function isSameVersion(latest: FunctionConfiguration, version: FunctionConfiguration): boolean {
  const comparable = ({
    Version,
    FunctionArn,
    LastModified,
    RevisionId,
    Description,
    ...rest
  }: FunctionConfiguration): object => JSON.parse(JSON.stringify(rest));
  return isDeepStrictEqual(comparable(latest), comparable(version));
}

export const invalid = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, 400, { Type: 'User' });

const outOfBounds = (value: unknown, member: string, constraint: string): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
