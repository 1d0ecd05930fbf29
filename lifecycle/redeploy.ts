/** A site's live commit is deployed again with the settings of now: without a build, unless its build depends on them. */
import type { DeploymentStore } from '../aws/table/deployments.ts';
import type { DomainStore } from '../aws/table/domains.ts';
import type { ReleaseStore } from '../aws/table/releases.ts';
import type { SiteStore } from '../aws/table/sites.ts';
import type { VariableStore } from '../aws/table/variables.ts';
import type { DeploymentRecord } from '../domain/deployment.ts';
import type { ReleaseRecord } from '../domain/release.ts';
import { publicFingerprint, targetOf, type Variable, variablesFor } from '../domain/variables.ts';
import { addressOf } from './address.ts';
import { type BeginPorts, type Begun, begin } from './begin.ts';
import { refuseIfBeingRemoved } from './being-removed.ts';
import { noSuchSite, nothingLive } from './errors.ts';

export interface RedeployPorts extends BeginPorts {
  sites: Pick<SiteStore, 'get' | 'nextNumber'>;
  deployments: Pick<DeploymentStore, 'create' | 'get' | 'advance'>;
  releases: Pick<ReleaseStore, 'get'>;
  variables: Pick<VariableStore, 'ofApp'>;
  domains: Pick<DomainStore, 'get'>;
  /** `https://{domain}` */
  siteUrlPattern: string;
  newId: () => string;
}

export interface Redeployed {
  deployment: string;
  status: Begun;
  /** Why it is built anew; absent when it is not. */
  buildsBecause?: string;
}

/** Why the live release's build will not do, if so. Pure. */
export function reasonToBuild(
  release: Pick<ReleaseRecord, 'build'>,
  made: DeploymentRecord,
  variables: Variable[],
  address?: string,
): string | undefined {
  if (!release.build) return 'the live release kept no build';
  const { siteUrl } = release.build;
  if (siteUrl !== undefined && siteUrl !== address)
    return `the build was told the address ${siteUrl}, and the site has another one now`;
  const now = publicFingerprint(variablesFor(variables, targetOf(made)).values());
  return now === release.build.publicVariables
    ? undefined
    : 'a NEXT_PUBLIC_ variable changed, which is written into the files that the build makes';
}

/** @param build whether the commit is built anew in any case */
export async function redeploy(siteId: string, build: boolean, ports: RedeployPorts): Promise<Redeployed> {
  const site = await ports.sites.get(siteId);
  if (!site) throw noSuchSite(siteId);
  await refuseIfBeingRemoved(site, ports);
  const { liveRelease } = site;
  if (liveRelease === undefined) throw nothingLive(siteId);
  const [release, made] = await Promise.all([
    ports.releases.get(siteId, liveRelease),
    ports.deployments.get(liveRelease),
  ]);
  if (!release || !made) throw nothingLive(siteId);
  const [variables, domains] = await Promise.all([ports.variables.ofApp(site.app), ports.domains.get(siteId)]);
  const address = addressOf(ports.siteUrlPattern, domains, site.distributionDomain);
  const buildsBecause = build ? 'it was asked for' : reasonToBuild(release, made, variables, address);
  const record: DeploymentRecord = {
    id: ports.newId(),
    app: made.app,
    site: made.site,
    number: await ports.sites.nextNumber(siteId),
    repository: made.repository,
    commit: made.commit,
    appRoot: made.appRoot,
    preview: made.preview,
    status: 'queued',
    createdAt: ports.now().toISOString(),
    redriveCount: 0,
    ...(build && { rebuild: true as const }),
    ...(buildsBecause === undefined && { reuses: { release: liveRelease } }),
  };
  await ports.deployments.create(record);
  const status = await begin(record, ports);
  return { deployment: record.id, status, ...(buildsBecause !== undefined && { buildsBecause }) };
}
