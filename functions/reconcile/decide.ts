/** What a deployment's record, its site's slot and its execution, put side by side, ask for. Pure. */
import type { Execution } from '../../aws/executions.ts';
import { type DeploymentRecord, isFinal } from '../../domain/deployment.ts';
import type { Site } from '../../domain/site.ts';

export type Need =
  /** An event was lost: what the execution says is to be applied. */
  | 'settle'
  /** It was recorded, but whoever did so ended before it could ask for the slot or start it. */
  | 'begin'
  /** It ran, and AWS knows no execution of it any more. */
  | 'give up'
  | 'nothing';

export function needOf(
  record: DeploymentRecord,
  { waitingDeployment }: Pick<Site, 'waitingDeployment'>,
  execution: Execution | undefined,
): Need {
  const { status, redriveCount } = record;
  if (!execution) {
    if (status === 'queued') return record.id === waitingDeployment ? 'nothing' : 'begin';
    return isFinal(status) ? 'nothing' : 'give up';
  }
  if (!isFinal(status)) return 'settle';
  const runs = execution.status === 'RUNNING' || execution.status === 'PENDING_REDRIVE';
  return runs || execution.redriveCount > redriveCount ? 'settle' : 'nothing';
}
