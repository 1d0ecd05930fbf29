/**
 * AWS Lambda for Node.js functions: real processes with Lambda's environment, time-outs and errors.
 *
 * Gaps: layers, VPCs, file systems, images, SnapStart, weighted aliases, event filters, event sources other than SQS,
 * destinations other than SQS, Lambda and EventBridge, response streaming, function URLs, provisioned concurrency, X-Ray,
 * JSON logs; GetFunction gives no download address of the code. What is asked for and not there is an error.
 *
 * By design: every nodejs runtime runs on the local cloud's own Node.js, callback handlers are refused from nodejs24.x
 * on as on AWS. As many environments of a function as there are processors, up to 10 while none of them
 * gets free; further invocations wait. While a request from outside waits, what queues, events and state machines ask for begins
 * up to two seconds later. Environments are not frozen between invocations. Files of the task root are read-only, its folders
 * are not, so that they can be removed; `/tmp` is the machine's, but os.tmpdir() is the environment's own. Memory limits the JavaScript heap only. Asynchronous
 * retries come after 1 s and 2 s. A package is refused over 50 MB within a request, over 250 MB unzipped.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-lambda';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Service } from '../../service.ts';
import { createAsynchronousQueue } from './asynchronous.ts';
import { type CodeStore, openCodeStore } from './code.ts';
import { EventSources, mappingOperations } from './event-sources/mappings.ts';
import { Pool } from './execution/pool.ts';
import { createInvocations } from './invocations.ts';
import { aliasOperations } from './operations/aliases.ts';
import { functionOperations } from './operations/functions.ts';
import { invokeOperations } from './operations/invoke.ts';
import { functionPolicy, permissionOperations } from './operations/permissions.ts';
import { settingOperations } from './operations/settings.ts';
import { versionOperations } from './operations/versions.ts';
import { createSettling } from './role.ts';
import type { LambdaContext } from './service-context.ts';
import { type LambdaStore, openStore } from './store.ts';

export interface LambdaOptions {
  /** How long a warm environment waits for its next invocation. */
  idleMilliseconds?: number;
  maxEnvironmentsPerFunction?: number;
  /** How long a busy environment is waited for before there are more of them than processors. */
  patienceMilliseconds?: number;
  /** How long a new role cannot be assumed yet: some seconds on AWS. */
  roleSettlingMilliseconds?: number;
  /** How often a new role is refused, however old it is. */
  roleRefusals?: number;
}

export function createLambdaService(environment: Environment): Service {
  return createLambdaServiceWith({}, environment);
}

export function createLambdaServiceWith(options: LambdaOptions, environment: Environment): Service {
  const store = openStore(environment.records);
  const code = openCodeStore(join(environment.folder, 'code'));
  const pool = new Pool(environment, {
    idleMilliseconds: options.idleMilliseconds ?? 60_000,
    maxPerFunction: options.maxEnvironmentsPerFunction ?? 10,
    // About what a start takes.
    patienceMilliseconds: options.patienceMilliseconds ?? 250,
  });
  const context: LambdaContext = {
    environment,
    store,
    code,
    pool,
    settling: createSettling(environment, options.roleSettlingMilliseconds, options.roleRefusals),
  };
  const invocations = createInvocations(environment, store, code, pool);
  const asynchronous = createAsynchronousQueue(environment, store, invocations);
  const eventSources = new EventSources(context, invocations);
  return {
    ...sdkService({
      scope: 'lambda',
      module: sdk,
      client: new sdk.LambdaClient({ region: environment.region }),
      operations: {
        ...functionOperations(context),
        ...versionOperations(context),
        ...aliasOperations(context),
        ...permissionOperations(context),
        ...settingOperations(context),
        ...invokeOperations(context, invocations, asynchronous),
        ...mappingOperations(context, eventSources),
      },
    }),
    resourcePolicy: (arn) => functionPolicy(store, arn),
    start: async () => {
      await clearLeftovers(environment.folder, store, code);
      asynchronous.start();
      eventSources.start();
    },
    stop: async () => {
      const polling = eventSources.stop();
      const events = asynchronous.stop();
      await pool.stop();
      await Promise.all([polling, events]);
    },
  };
}

/** What a killed process left: its environments' temporary files and packages that no function has. */
async function clearLeftovers(folder: string, store: LambdaStore, code: CodeStore): Promise<void> {
  await rm(join(folder, 'tmp'), { recursive: true, force: true });
  const used = new Set<string>();
  for (const [, { latest }] of store.functions.entries()) used.add(code.folderOf(latest.CodeSha256!));
  for (const [, version] of store.versions.entries()) used.add(code.folderOf(version.CodeSha256!));
  const names = await readdir(join(folder, 'code')).catch(() => []);
  for (const path of names.map((name) => join(folder, 'code', name))) {
    if (!used.has(path)) await rm(path, { recursive: true, force: true });
  }
}
