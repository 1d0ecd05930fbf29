/** The sites' Lambda functions: those of the edge in us-east-1, the regeneration function in the control plane's Region. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvalidParameterValueException,
  InvokeCommand,
  type LambdaClient,
  PublishVersionCommand,
  paginateListVersionsByFunction,
  ResourceConflictException,
  ResourceNotFoundException,
  type Runtime,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { TowpathError } from '../domain/errors.ts';

export type EdgeFunctions = ReturnType<typeof createEdgeFunctions>;

export interface FunctionSettings {
  roleArn: string;
  runtime: Runtime;
  handler: string;
  memoryMegabytes: number;
  timeoutSeconds: number;
  description: string;
}

export interface EdgeFunction {
  /** `$LATEST` or a number. */
  version: string;
  /** With the version's number, for a version. */
  arn: string;
  /** Base64, as Lambda tells it. */
  codeSha256: string;
  settings: FunctionSettings;
}

export interface Invoked {
  payload: unknown;
  /** Set when the function threw or was ended. */
  failed: boolean;
  /** The last 4 KB of its log. */
  logTail: string;
}

/** How long a new function or a change may take to be ready: minutes at worst, within the step's own time-out. */
const MAX_WAIT_MILLISECONDS = 120_000;
const MIN_POLL_MILLISECONDS = 200;
const MAX_POLL_MILLISECONDS = 3_000;

const FUNCTION_REFUSED = {
  code: 'FUNCTION_REFUSED',
  fault: 'provider',
  retryable: false,
  remedy: 'Lambda says why in the message; when that is mended, or has passed, replay the deployment.',
} as const;

/** https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html */
type Stage = 'State' | 'LastUpdateStatus';

const toFunction = (found: FunctionConfiguration): EdgeFunction => ({
  version: String(found.Version),
  arn: String(found.FunctionArn),
  codeSha256: String(found.CodeSha256),
  settings: {
    roleArn: String(found.Role),
    runtime: found.Runtime as Runtime,
    handler: String(found.Handler),
    memoryMegabytes: Number(found.MemorySize),
    timeoutSeconds: Number(found.Timeout),
    description: found.Description ?? '',
  },
});

const toLambda = (settings: FunctionSettings) => ({
  Role: settings.roleArn,
  Runtime: settings.runtime,
  Handler: settings.handler,
  MemorySize: settings.memoryMegabytes,
  Timeout: settings.timeoutSeconds,
  Description: settings.description,
});

export function createEdgeFunctions(client: LambdaClient) {
  /**
   * Until a new function or version is `Active`, or a change `Successful`. What fails, fails at once: the SDK's own waiters
   * take every error for "not yet", and a step that is retried would wait their whole time at each try.
   */
  async function settled(stage: Stage, name: string, version?: string): Promise<void> {
    const end = Date.now() + MAX_WAIT_MILLISECONDS;
    for (let delay = MIN_POLL_MILLISECONDS; ; delay = Math.min(2 * delay, MAX_POLL_MILLISECONDS)) {
      const found = await configurationOf(name, version);
      const status = found?.[stage];
      if (status === 'Active' || status === 'Successful') return;
      if (status === 'Failed') {
        const reason = stage === 'State' ? found?.StateReason : found?.LastUpdateStatusReason;
        throw new TowpathError(FUNCTION_REFUSED, `Lambda could not make function ${name} ready: ${reason}`);
      }
      if (Date.now() + delay > end) {
        const message = `function ${name} is still ${status ?? 'not to be found'} after ${MAX_WAIT_MILLISECONDS / 1000} s`;
        throw Object.assign(new Error(message), { name: 'TimeoutError' });
      }
      await wait(delay);
    }
  }

  /** Undefined also for a moment after it was made. GetFunction may be asked oftener than GetFunctionConfiguration. */
  async function configurationOf(name: string, version?: string): Promise<FunctionConfiguration | undefined> {
    try {
      return (await client.send(new GetFunctionCommand({ FunctionName: name, Qualifier: version }))).Configuration;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  return {
    async find(name: string): Promise<EdgeFunction | undefined> {
      try {
        return toFunction(await client.send(new GetFunctionConfigurationCommand({ FunctionName: name })));
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },

    /** The published versions, oldest first. */
    async versions(name: string): Promise<EdgeFunction[]> {
      const versions: EdgeFunction[] = [];
      for await (const page of paginateListVersionsByFunction({ client }, { FunctionName: name })) {
        versions.push(...(page.Versions ?? []).map(toFunction));
      }
      return versions.filter(({ version }) => version !== '$LATEST');
    },

    /** Creates it and waits until it can be invoked; an attempt of ours that was faster is taken over. */
    async create(
      name: string,
      zip: Uint8Array,
      settings: FunctionSettings,
      tags: Record<string, string>,
    ): Promise<void> {
      try {
        await client.send(
          new CreateFunctionCommand({
            FunctionName: name,
            Code: { ZipFile: zip },
            Tags: tags,
            Architectures: ['x86_64'],
            ...toLambda(settings),
          }),
        );
      } catch (error) {
        if (!(error instanceof ResourceConflictException)) throw error;
      }
      await settled('State', name);
    },

    async updateCode(name: string, zip: Uint8Array): Promise<void> {
      await client.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip }));
      await settled('LastUpdateStatus', name);
    },

    async updateSettings(name: string, settings: FunctionSettings): Promise<void> {
      await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, ...toLambda(settings) }));
      await settled('LastUpdateStatus', name);
    },

    /** Publishes `$LATEST` as a numbered version, provided that it still has this code; answers the version's ARN. */
    async publish(name: string, codeSha256: string): Promise<string> {
      const published = toFunction(
        await client.send(new PublishVersionCommand({ FunctionName: name, CodeSha256: codeSha256 })),
      );
      await settled('State', name, published.version);
      return published.arn;
    },

    /**
     * Deletes a function, or one version of it. `replicated`: the edge still has copies, for hours after its last
     * association is gone. Lambda has no error code of its own for that.
     * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-delete-replicas.html
     */
    async remove(name: string, version?: string): Promise<'removed' | 'replicated'> {
      try {
        await client.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier: version }));
      } catch (error) {
        if (error instanceof InvalidParameterValueException && /replicated function/.test(error.message))
          return 'replicated';
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
      return 'removed';
    },

    async invoke(arn: string, event: object): Promise<Invoked> {
      const answer = await client.send(
        new InvokeCommand({ FunctionName: arn, LogType: 'Tail', Payload: Buffer.from(JSON.stringify(event)) }),
      );
      const text = Buffer.from(answer.Payload ?? []).toString('utf8');
      return {
        payload: text ? JSON.parse(text) : undefined,
        failed: answer.FunctionError !== undefined,
        logTail: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
      };
    },
  };
}
