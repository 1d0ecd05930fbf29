import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { AccessStore } from '../../aws/table/access.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import { verifierCredentials } from '../../domain/access.ts';
import { TowpathError } from '../../domain/errors.ts';
import { PipelineState } from '../../domain/pipeline.ts';
import { Manifest } from '../../domain/release.ts';
import { RELEASE_HEADER } from '../../domain/release-header.ts';
import type { Site } from '../../domain/site.ts';
import type { StepResult } from '../../middleware/step.ts';
import { type Answer, type Check, checksOf, judge, unreachable, type Verdict } from './checks.ts';

export const Input = PipelineState.pick({ version: true, deployment: true, site: true, package: true, update: true });

export interface Ports {
  fetch: typeof fetch;
  sites: Pick<SiteStore, 'get' | 'setVerified'>;
  access: Pick<AccessStore, 'get'>;
  /** What Verify's password for protected sites follows from. */
  secret: () => Promise<string>;
  artifacts: Pick<ArtifactStore, 'getText'>;
  /** e.g. `https://{domain}` */
  siteUrlPattern: string;
  sleep: (milliseconds: number) => Promise<unknown>;
}

const PAGE_TIMEOUT_MILLISECONDS = 30_000;
const ATTEMPTS = 5;
const BETWEEN_ATTEMPTS_MILLISECONDS = 2_000;

const ROLLED_BACK = {
  code: 'ROLLED_BACK',
  fault: 'user',
  retryable: false,
  remedy:
    'The site was switched to another release after this one was published: promote this release to bring it back.',
} as const;

const SITE_BUSY = {
  code: 'SITE_BUSY',
  fault: 'user',
  retryable: false,
  remedy: 'Replay this one once the other deployment has ended.',
} as const;

const PAGES_BROKEN = {
  code: 'PAGES_BROKEN',
  fault: 'user',
  retryable: false,
  remedy: "Open the page and the functions' logs: the server fails where the smoke test did not look.",
} as const;

const WRONG_RELEASE_ANSWERS = {
  code: 'WRONG_RELEASE_ANSWERS',
  fault: 'provider',
  retryable: true,
  remedy: 'CloudFront still answers with something else: replay the deployment, which asks again.',
} as const;

/** Asks past the cache: each deployment and attempt has a query of its own. Redirects are answers. */
async function ask(url: string, path: string, authorization: string | undefined, ports: Ports): Promise<Answer> {
  const response = await ports.fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(PAGE_TIMEOUT_MILLISECONDS),
    headers: { 'user-agent': 'Towpath verification', ...(authorization && { authorization }) },
  });
  const body = Buffer.from(await response.arrayBuffer());
  return {
    path,
    status: response.status,
    release: response.headers.get(RELEASE_HEADER),
    bodySha256: createHash('sha256').update(body).digest('hex'),
  };
}

interface Visit {
  base: string;
  deployment: string;
  release: string;
  /** Of a protected site. */
  authorization?: string;
}

/** Asks until the right release answers, for as long as the answer may only be late. */
async function verify(check: Check, visit: Visit, ports: Ports): Promise<Verdict> {
  const { base, deployment, release, authorization } = visit;
  let verdict: Verdict;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const url = `${base}${encodeURI(check.path)}?towpath-verify=${deployment}-${attempt}`;
    verdict = await ask(url, check.path, authorization, ports).then(
      (answer) => judge(check, answer, release),
      (error: Error) => unreachable(check, error),
    );
    if (verdict === undefined || verdict.kind === 'silent') return verdict;
    if (attempt < ATTEMPTS) await ports.sleep(BETWEEN_ATTEMPTS_MILLISECONDS);
  }
  return verdict;
}

async function assertLive(site: string, release: string, ports: Ports): Promise<Site | undefined> {
  const found = await ports.sites.get(site);
  const live = found?.liveRelease;
  if (live !== release) throw new TowpathError(ROLLED_BACK, `release ${live ?? 'none'} is live, not ${release}`);
  return found;
}

/** Claims the site for good, which a redrive may have to do while the release before is being brought back. */
async function pass({ id, site }: { id: string; site: string }, release: string, ports: Ports): Promise<void> {
  if (await ports.sites.setVerified(site, { id, release })) return;
  const found = await assertLive(site, release, ports);
  throw new TowpathError(SITE_BUSY, `deployment ${found?.runningDeployment} of site ${site} runs`);
}

/** Asks the site through its distribution which release answers. */
export async function run(
  { deployment, site, package: packaged, update }: z.output<typeof Input>,
  ports: Ports,
): Promise<StepResult<{ url: string; pages: number }>> {
  const url = ports.siteUrlPattern.replace('{domain}', update.distributionDomain ?? site.distributionDomain);
  const { release } = packaged;
  await assertLive(deployment.site, release, ports);
  const checks = checksOf(Manifest.parse(JSON.parse(await ports.artifacts.getText(packaged.manifest))));
  const isProtected = (await ports.access.get(deployment.site)) !== undefined;
  const visit: Visit = {
    base: url,
    deployment: deployment.id,
    release,
    ...(isProtected && { authorization: `Basic ${verifierCredentials(await ports.secret(), deployment.site)}` }),
  };
  const verdicts = await Promise.all(checks.map((check) => verify(check, visit, ports)));
  const faults = verdicts.filter((verdict) => verdict !== undefined);
  if (faults.length > 0) {
    const broken = faults.filter(({ kind }) => kind !== 'wrong-release');
    const told = broken.length > 0 ? broken : faults;
    const about = broken.length > 0 ? PAGES_BROKEN : WRONG_RELEASE_ANSWERS;
    throw new TowpathError(about, told.map(({ message }) => message).join('; '));
  }
  await pass(deployment, release, ports);
  return { output: { url, pages: checks.length }, figures: { url, pages: checks.length } };
}
