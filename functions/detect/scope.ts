/**
 * Whether a commit changes anything that its app is built from, in a repository that has more than one: all of that as one
 * hash, which is compared with that of the live release.
 */
import { createHash } from 'node:crypto';
import type { ReleaseStore } from '../../aws/table/releases.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { DeployInput, Scope } from '../../domain/pipeline.ts';
import type { AppSettings } from '../../domain/settings.ts';
import type { Variable } from '../../domain/variables.ts';
import { normalRoot, type SourceTree } from '../../preflight/source-tree.ts';
import { folderScope, workspaceScope } from '../../preflight/workspaces.ts';

/** Amplify's names: https://docs.aws.amazon.com/amplify/latest/userguide/environment-variables.html */
const SWITCH = 'AMPLIFY_DIFF_DEPLOY';
const FOLDER = 'AMPLIFY_DIFF_DEPLOY_ROOT';

/** Which files count; undefined where all do. By itself only where the packages themselves say it. Pure. */
export function countingFiles(tree: SourceTree, variables: ReadonlyMap<string, Variable>) {
  const wanted = variables.get(SWITCH)?.value;
  if (wanted === 'false') return undefined;
  const folder = variables.get(FOLDER)?.value;
  if (wanted === 'true' && folder !== undefined) return folderScope(normalRoot(folder));
  return workspaceScope(tree) ?? (wanted === 'true' ? folderScope(tree.appRoot) : undefined);
}

/** What the build is made of besides the files, and what its functions see: whoever changes that wants it to be seen. Pure. */
export function scopeKey(
  sourceHash: string,
  made: string[],
  settings: AppSettings,
  variables: Iterable<Variable>,
): string {
  // A secret's value is not seen here: when it was set stands for it.
  const seen = [...variables].map(({ name, value, secret, updatedAt }) => [name, value ?? [secret, updatedAt]]);
  return createHash('sha256')
    .update(JSON.stringify([sourceHash, made, settings, seen.sort()]))
    .digest('hex');
}

export interface ScopePorts {
  sites: Pick<SiteStore, 'get'>;
  releases: Pick<ReleaseStore, 'get'>;
}

/** The live commit that this one changes nothing of. The same commit, pushed again, is wanted anew. */
export async function unchangedSince({ deployment, rebuild }: DeployInput, scope: Scope, ports: ScopePorts) {
  const live = rebuild ? undefined : (await ports.sites.get(deployment.site))?.liveRelease;
  const before = live === undefined ? undefined : (await ports.releases.get(deployment.site, live))?.scope;
  return before?.key === scope.key && before.sha !== scope.sha ? before.sha : undefined;
}
