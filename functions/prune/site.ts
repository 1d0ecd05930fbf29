/** One site's releases beyond the retention, and all that only they need. */
import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { EdgeFunctions } from '../../aws/functions.ts';
import type { Logs } from '../../aws/logs.ts';
import type { ReleaseStore } from '../../aws/table/releases.ts';
import type { App } from '../../domain/app.ts';
import { allLogGroups } from '../../domain/log-groups.ts';
import { Manifest, type ReleaseRecord } from '../../domain/release.ts';
import { type Deployer, EDGE_FUNCTIONS, resourceNames, type Site, type SiteFunctionName } from '../../domain/site.ts';
import { beyondRetention, unusedFiles, unusedVersions } from './decide.ts';

type Functions = Pick<EdgeFunctions, 'find' | 'versions' | 'remove'>;

export interface PruneSitePorts {
  releases: Pick<ReleaseStore, 'ofSite' | 'forget'>;
  artifacts: Pick<ArtifactStore, 'getText' | 'list' | 'remove' | 'removeAll'>;
  artifactBucket: string;
  /** In us-east-1. */
  functions: Functions;
  /** In the control plane's Region. */
  regionalFunctions: Functions;
  logsIn: (region: string) => Pick<Logs, 'setRetention'>;
  deployer: Deployer;
  now: () => Date;
}

export interface Pruned {
  releases: number;
  versions: number;
  files: number;
}

/** The record goes last: until then whoever is interrupted finds it again. */
async function pruneRelease({ site, release }: ReleaseRecord, ports: PruneSitePorts): Promise<void> {
  const { bucket } = resourceNames(ports.deployer, site);
  await ports.artifacts.removeAll(bucket, `releases/${release}/`);
  await ports.artifacts.removeAll(ports.artifactBucket, `deployments/${release}/`);
  await ports.releases.forget(site, release);
}

/** Old tabs of kept releases keep finding their files. */
async function pruneSharedFiles(site: string, kept: ReleaseRecord[], ports: PruneSitePorts): Promise<number> {
  const { bucket } = resourceNames(ports.deployer, site);
  const manifests = await Promise.all(
    kept.map(async ({ manifest }) => Manifest.parse(JSON.parse(await ports.artifacts.getText(manifest)))),
  );
  const keys = (await ports.artifacts.list(bucket, 'static/')).map(({ key }) => key);
  const unused = unusedFiles(keys, manifests);
  await ports.artifacts.remove(bucket, unused);
  return unused.length;
}

/** One that the edge has copies of is refused, and tried again at the next run. */
async function pruneVersions(name: string, kept: ReleaseRecord[], functions: Functions): Promise<number> {
  if (!(await functions.find(name))) return 0;
  let removed = 0;
  for (const version of unusedVersions(await functions.versions(name), kept)) {
    if ((await functions.remove(name, version)) === 'removed') removed++;
  }
  return removed;
}

const LOG_DAYS = 30;

/** Lambda@Edge makes log groups where it serves, and they keep everything for ever. */
async function limitLogs(site: string, ports: PruneSitePorts): Promise<void> {
  await Promise.all(
    allLogGroups(ports.deployer, site).map(({ region, group }) => ports.logsIn(region).setRetention(group, LOG_DAYS)),
  );
}

export async function pruneSite(site: Site, app: App, ports: PruneSitePorts): Promise<Pruned> {
  const all = await ports.releases.ofSite(site.id);
  const gone = beyondRetention(all, site, app.retention, ports.now());
  for (const release of gone) await pruneRelease(release, ports);
  const kept = all.filter((release) => !gone.includes(release));
  const { functionName } = resourceNames(ports.deployer, site.id);
  const versionsOf = (name: SiteFunctionName, functions: Functions) =>
    pruneVersions(functionName(name), kept, functions);
  const versions = await Promise.all([
    ...EDGE_FUNCTIONS.map((name) => versionsOf(name, ports.functions)),
    versionsOf('regeneration', ports.regionalFunctions),
  ]);
  await limitLogs(site.id, ports);
  return {
    releases: gone.length,
    versions: versions.reduce((sum, count) => sum + count, 0),
    files: gone.length > 0 ? await pruneSharedFiles(site.id, kept, ports) : 0,
  };
}
