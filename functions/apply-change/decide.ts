/** What a change in a repository asks of each app that is built from it, and why if it asks for nothing. Pure. */
import type { App } from '../../domain/app.ts';
import { isDeployedBranch } from '../../domain/branch-pattern.ts';
import { previewBranch } from '../../domain/site.ts';
import {
  type Change,
  type Deletion,
  isSameServer,
  type PullRequest,
  type Push,
  type Tag,
} from '../../githost/index.ts';
import type { Wanted } from '../../lifecycle/deploy.ts';

export type Decision =
  | { do: 'deploy'; app: App; wanted: Omit<Wanted, 'sha'> & { sha?: string } }
  /** `branch`: what the site is called by. */
  | { do: 'remove'; app: App; branch: string }
  | { do: 'nothing'; app: App; reason: string };

type Outcome = { deploy: Omit<Wanted, 'sha'> & { sha?: string } } | { remove: string } | { nothing: string };

function pushed({ repository, branch, sha, message, skip }: Push, { id, branches }: App): Outcome {
  if (!isDeployedBranch(branches, branch))
    return { nothing: `branch ${branch} of ${repository.name} is not deployed by ${id}` };
  return skip ? { nothing: skip } : { deploy: { repository, branch, sha, message } };
}

function tagged({ repository, tag, sha, message, skip }: Tag, { id, tags, tagSite }: App): Outcome {
  if (!isDeployedBranch(tags, tag)) return { nothing: `tag ${tag} of ${repository.name} is not deployed by ${id}` };
  return skip ? { nothing: skip } : { deploy: { repository, branch: tagSite, sha, message } };
}

function deleted({ repository, branch }: Deletion, { id, branches, deletedBranches }: App): Outcome {
  if (!isDeployedBranch(branches, branch))
    return { nothing: `branch ${branch} of ${repository.name}, which ${id} does not deploy, was deleted` };
  if (deletedBranches === 'remove') return { remove: branch };
  return {
    nothing: `branch ${branch} was deleted, and its site stays: "towpath remove" takes it away, and "towpath pushes ${id} --deleted-branches remove" those to come`,
  };
}

function pulled(pull: PullRequest, { id, previews }: App): Outcome {
  const { repository, number, branch, sha, message, skip, isFork, from, change } = pull;
  if (change === 'closed') return { remove: previewBranch(number) };
  if (previews === 'off') return { nothing: `pull request ${number}: ${id} has no previews` };
  if (isFork && previews !== 'all')
    return { nothing: `pull request ${number} comes from a fork, and ${id} has no previews of forks` };
  if (isFork && sha === undefined && from === undefined)
    return { nothing: `pull request ${number}: its fork at ${repository.host} is gone` };
  if (skip) return { nothing: `pull request ${number}: ${skip}` };
  return { deploy: { repository, branch, sha, message, preview: { number, isFork, from } } };
}

function outcomeFor(change: Change, app: App): Outcome {
  if (app.removingSince) return { nothing: `${app.id} is being removed` };
  switch (change.kind) {
    case 'push':
      return pushed(change, app);
    case 'tag':
      return tagged(change, app);
    case 'deletion':
      return deleted(change, app);
    case 'pull-request':
      return pulled(change, app);
  }
}

function decisionOf(app: App, outcome: Outcome): Decision {
  if ('deploy' in outcome) return { do: 'deploy', app, wanted: outcome.deploy };
  if ('remove' in outcome) return { do: 'remove', app, branch: outcome.remove };
  return { do: 'nothing', app, reason: outcome.nothing };
}

/** One decision for each app, or why there is no app to decide for. */
export function decide(change: Change, connected: App[]): Decision[] | { reason: string } {
  const { host, name, url } = change.repository;
  if (connected.length === 0) return { reason: `no app is connected to ${host} repository ${name}` };
  const here = connected.filter(({ repository }) => isSameServer(repository, change.repository));
  const named = connected.map(({ id }) => id).join(', ');
  if (here.length === 0)
    return { reason: `${named} is connected to ${name} at another server than ${new URL(url).origin}` };
  return here.map((app) => decisionOf(app, outcomeFor(change, app)));
}
