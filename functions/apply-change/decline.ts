/** A pull request that gets no preview hears why where it was opened, unless its app has none for anybody. */
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import type { App } from '../../domain/app.ts';
import type { DeclinedPreview } from '../../domain/declined-preview.ts';
import { TowpathError } from '../../domain/errors.ts';
import { previewBranch, siteIdOf } from '../../domain/site.ts';
import type { PullRequest } from '../../githost/index.ts';

export interface DeclinePorts {
  deployments: Pick<DeploymentStore, 'ofSite'>;
  /** The newest commit of a branch, or of a pull request; for hosts that tell only its beginning. */
  headOf: (app: App, branch: string, pullRequest?: number) => Promise<{ sha: string; message: string }>;
  /** To functions/report-status, by way of its queue. */
  tellDeclined: (declined: DeclinedPreview) => Promise<void>;
}

/** Undefined where the host does not say it: then there is nothing to be told of. */
async function wholeSha(app: App, { branch, number }: PullRequest, { headOf }: DeclinePorts) {
  try {
    return (await headOf(app, branch, number)).sha;
  } catch (error) {
    if (error instanceof TowpathError) return undefined;
    throw error;
  }
}

export async function decline(
  app: App,
  pull: PullRequest,
  { reason, sha: known }: { reason: string; sha?: string },
  ports: DeclinePorts,
): Promise<void> {
  if (app.previews === 'off' || app.removingSince || pull.change === 'closed') return;
  const site = siteIdOf(app.id, previewBranch(pull.number));
  const sha = known ?? (await wholeSha(app, pull, ports));
  // A commit that was deployed has a status that says more, e.g. one whose request's title was changed since.
  if (sha === undefined || (await ports.deployments.ofSite(site, 1))[0]?.commit.sha === sha) return;
  await ports.tellDeclined({ kind: 'preview-declined', app: app.id, site, repository: pull.repository, sha, reason });
}
