/** Who hears of a deployment's course: the commit's line at the Git host, and the event bus. */
import type { Events } from '../aws/events.ts';
import type { DeploymentStore } from '../aws/table/deployments.ts';
import type { DeploymentRecord } from '../domain/deployment.ts';
import type { CommitStatus } from '../githost/index.ts';
import { commitStatus } from './commit-status.ts';

export interface TellPorts {
  deployments: Pick<DeploymentStore, 'get'>;
  emit: Events['emit'];
  /** Never rejects. */
  report: (deployment: DeploymentRecord, status: CommitStatus) => Promise<void>;
}

const KINDS = {
  running: 'deployment.started',
  succeeded: 'deployment.succeeded',
  failed: 'deployment.failed',
  aborted: 'deployment.aborted',
} as const;

/** `by`: the newer deployment, when this one is superseded and that one is known. */
export async function tell(deployment: DeploymentRecord, ports: TellPorts, by?: string): Promise<void> {
  const { status, promotes } = deployment;
  if (status === 'queued') return;
  await ports.report(deployment, commitStatus(deployment));
  if (status === 'superseded') await ports.emit('deployment.superseded', { deployment, by });
  else await ports.emit(KINDS[status], { deployment });
  if (status !== 'succeeded' || promotes?.insteadOf === undefined) return;
  const failed = await ports.deployments.get(promotes.insteadOf);
  if (failed) await ports.emit('deployment.rolled_back', { deployment: failed, restored: promotes.release });
}
