/**
 * Step Functions: Standard state machines in JSONata.
 *
 * Gaps: JSONPath, Express machines, activities, distributed Map, versions and aliases, TestState (each is refused with
 * an error that names it); execution logs and traces (the configuration is kept, nothing is written); API quotas.
 * After a restart of the local cloud a task that was under way runs again, at least once; a `.sync` job or a task token
 * that was handed out is waited for again. The Items of a Map are evaluated again then.
 * Executions are kept for good, not for 90 days.
 * By design: history events carry the region `local`; a function's ARN as Resource shows as Task events, not as
 * LambdaFunction events; `.sync` polls ten times a second; a deleted machine is gone at once, its running executions end
 * by themselves; execution names are limited to the characters that CloudWatch can log.
 */
import * as sdk from '@aws-sdk/client-sfn';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Service } from '../../service.ts';
import { createExecutionViews } from './execution-views.ts';
import { createExecutions } from './executions.ts';
import { createMachineTags } from './machine-tags.ts';
import { createMachines } from './machines.ts';
import { openStatesRecords } from './records.ts';
import { createRuns, type RunsOptions } from './runs.ts';
import { createTaskTokens } from './task-tokens.ts';

export function createStatesService(environment: Environment): Service {
  return createStatesServiceWith({}, environment);
}

export function createStatesServiceWith(options: RunsOptions, environment: Environment): Service {
  const records = openStatesRecords(environment.records);
  const tokens = createTaskTokens();
  const runs = createRuns(environment, records, tokens, options);
  const machines = createMachines(environment, records);
  return {
    ...sdkService({
      scope: 'states',
      module: sdk,
      client: new sdk.SFNClient({ region: environment.region }),
      operations: {
        ...machines.operations,
        ...createExecutionViews(environment, records, machines),
        ...createExecutions(environment, records, machines, runs),
        ...createMachineTags(records, machines.find),
        ...tokens.operations,
      },
    }),
    start: async () => runs.resume(),
    stop: () => runs.suspend(),
  };
}
