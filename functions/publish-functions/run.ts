import type * as z from 'zod';
import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { EdgeFunctions } from '../../aws/functions.ts';
import { takeFence } from '../../aws/table/fence.ts';
import type { ReleaseStore } from '../../aws/table/releases.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import { type PackagedRelease, PipelineState, type PublishedFunctions } from '../../domain/pipeline.ts';
import { type Deployer, resourceNames } from '../../domain/site.ts';
import type { StepResult } from '../../middleware/step.ts';
import { prepareRegeneration, type RegenerationPorts } from './regeneration.ts';
import { functionSettings, reusableVersion, sameSettings } from './settings.ts';

export const Input = PipelineState.pick({ version: true, deployment: true, site: true, package: true });
type Input = z.output<typeof Input>;

type Functions = Pick<EdgeFunctions, 'find' | 'versions' | 'create' | 'updateCode' | 'updateSettings' | 'publish'>;

export interface Ports {
  /** In us-east-1, from where CloudFront replicates them. */
  functions: Functions;
  /** In the control plane's Region. */
  regionalFunctions: Functions;
  regeneration: RegenerationPorts;
  artifacts: Pick<ArtifactStore, 'get'>;
  sites: Pick<SiteStore, 'takeFence'>;
  releases: Pick<ReleaseStore, 'setPublished'>;
  deployer: Deployer;
}

const tagsOf = ({ app, site }: Input['deployment'], { stage }: Deployer) => ({
  'towpath:stage': stage,
  'towpath:app': app,
  'towpath:site': site,
});

type Packaged = PackagedRelease['functions'][number];

/** Answers the ARN of a version with exactly this code and these settings. */
async function publish(packaged: Packaged, input: Input, ports: Ports): Promise<{ arn: string; reused: boolean }> {
  const { deployment, site } = input;
  const functions = packaged.name === 'regeneration' ? ports.regionalFunctions : ports.functions;
  const name = resourceNames(ports.deployer, deployment.site).functionName(packaged.name);
  const settings = functionSettings(packaged.name, deployment.site, site.functionRoleArn);

  const existing = await functions.find(name);
  if (existing) {
    const reusable = reusableVersion(await functions.versions(name), packaged.codeSha256, settings);
    if (reusable) return { arn: reusable.arn, reused: true };
  }
  const zip = existing?.codeSha256 === packaged.codeSha256 ? undefined : await ports.artifacts.get(packaged.code);
  if (!existing && zip) {
    await functions.create(name, zip, settings, tagsOf(deployment, ports.deployer));
  } else {
    if (zip) await functions.updateCode(name, zip);
    if (existing && !sameSettings(existing.settings, settings)) await functions.updateSettings(name, settings);
  }
  return { arn: await functions.publish(name, packaged.codeSha256), reused: false };
}

/** Brings the release's functions to AWS as numbered versions; a static site has none. */
export async function run(input: Input, ports: Ports): Promise<StepResult<PublishedFunctions>> {
  await takeFence(ports.sites, input.deployment);
  const published = await Promise.all(
    input.package.functions.map(async (packaged) => ({
      name: packaged.name,
      ...(await publish(packaged, input, ports)),
    })),
  );
  const reused = published.filter((version) => version.reused).length;
  const { deployment, site, package: packaged } = input;
  const output: PublishedFunctions = Object.fromEntries(published.map(({ name, arn }) => [name, arn]));
  if (output.regeneration) {
    const { deployer } = ports;
    const about = {
      site: deployment.site,
      deployer,
      versionArn: output.regeneration,
      tags: tagsOf(deployment, deployer),
    };
    await prepareRegeneration(about, ports.regeneration);
  }
  await ports.releases.setPublished(deployment.site, packaged.release, { site, functions: output });
  return {
    output,
    figures: { published: published.length - reused, reused },
  };
}
