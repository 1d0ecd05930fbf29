import type { DeclinedPreview } from '../../domain/declined-preview.ts';
import type { DeploymentRecord } from '../../domain/deployment.ts';
import { type CommitStatus, statusContext } from '../../githost/index.ts';

/** How a deployment shows beside its commit at the Git host. */
export function commitStatus(deployment: DeploymentRecord): CommitStatus {
  const { number, status, url, error } = deployment;
  const context = statusContext(deployment);
  switch (status) {
    case 'queued':
      return { state: 'pending', context, description: `Deployment ${number} waits for the one before it` };
    case 'running':
      return { state: 'pending', context, description: `Deployment ${number} is running` };
    case 'succeeded':
      return { state: 'success', context, description: `Deployment ${number} is live`, targetUrl: url };
    case 'superseded':
      return { state: 'error', context, description: `Deployment ${number} was superseded by a newer one` };
    case 'skipped':
      return { state: 'success', context, description: error?.message ?? 'There was nothing to deploy' };
    case 'aborted':
      return { state: 'error', context, description: `Deployment ${number} was stopped` };
    case 'failed': {
      const where = error?.step ? ` in ${error.step}` : '';
      return { state: 'failure', context, description: `Failed${where}: ${error?.message ?? 'unknown reason'}` };
    }
  }
}

/** No host has a state for it that all of them know; a failure would ask for a remedy, and may forbid the merge. */
export const declinedStatus = ({ site, reason }: DeclinedPreview): CommitStatus => ({
  state: 'success',
  context: statusContext({ site }),
  description: `No preview: ${reason}`,
});
