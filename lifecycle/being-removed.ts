import type { DeploymentStore } from '../aws/table/deployments.ts';
import { isFinal } from '../domain/deployment.ts';
import type { Site } from '../domain/site.ts';
import { siteBeingRemoved } from './errors.ts';

/** Releases go with the site: a deployment that counts on one could never start. A push begins the site anew. */
export async function refuseIfBeingRemoved(
  { id, runningDeployment }: Pick<Site, 'id' | 'runningDeployment'>,
  { deployments }: { deployments: Pick<DeploymentStore, 'get'> },
): Promise<void> {
  const running = runningDeployment === undefined ? undefined : await deployments.get(runningDeployment);
  if (running?.removes && !isFinal(running.status)) throw siteBeingRemoved(id);
}
