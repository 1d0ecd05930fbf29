/** The event bus hears of a deployment's course; notifications and commit statuses are made of that. */
import type { Events } from '../aws/events.ts';
import type { DeploymentStore, StatusChange } from '../aws/table/deployments.ts';
import type { DeploymentRecord } from '../domain/deployment.ts';

export interface TellPorts {
  deployments: Pick<DeploymentStore, 'get'>;
  emit: Events['emit'];
}

const KINDS = {
  queued: 'deployment.queued',
  running: 'deployment.started',
  succeeded: 'deployment.succeeded',
  failed: 'deployment.failed',
  aborted: 'deployment.aborted',
  skipped: 'deployment.skipped',
} as const;

/** `by`: the newer deployment, when this one is superseded and that one is known. */
export async function tell(deployment: DeploymentRecord, ports: TellPorts, by?: string): Promise<void> {
  const { status, promotes, removes } = deployment;
  if (removes && status === 'succeeded') await ports.emit('site.removed', { deployment });
  else if (status === 'superseded') await ports.emit('deployment.superseded', { deployment, by });
  else {
    if (status === 'failed' && deployment.error?.step) await ports.emit('deployment.step_failed', { deployment });
    await ports.emit(KINDS[status], { deployment });
  }
  if (status === 'succeeded' && deployment.preview)
    await ports.emit(removes ? 'preview.removed' : 'preview.ready', { deployment });
  if (status !== 'succeeded' || promotes?.insteadOf === undefined) return;
  const failed = await ports.deployments.get(promotes.insteadOf);
  if (failed) await ports.emit('deployment.rolled_back', { deployment: failed, restored: promotes.release });
}

/** Moves a deployment forward, and tells of it if that was not done before. */
export async function advanceAndTell(
  id: string,
  change: StatusChange,
  ports: TellPorts & { deployments: Pick<DeploymentStore, 'advance'> },
  by?: string,
): Promise<void> {
  const moved = await ports.deployments.advance(id, change);
  const record = moved && (await ports.deployments.get(id));
  if (record) await tell(record, ports, by);
}
