import type { z } from 'zod';
import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { EdgeFunctions } from '../../aws/functions.ts';
import { takeFence } from '../../aws/table/fence.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import { type PackagedRelease, PipelineState, type PublishedFunctions } from '../../domain/pipeline.ts';
import { type Deployer, resourceNames } from '../../domain/site.ts';
import type { StepResult } from '../../middleware/step.ts';
import { functionSettings, reusableVersion, sameSettings } from './settings.ts';

export const Input = PipelineState.pick({ version: true, deployment: true, site: true, package: true });
type Input = z.output<typeof Input>;

export interface Ports {
  functions: Pick<EdgeFunctions, 'find' | 'versions' | 'create' | 'updateCode' | 'updateSettings' | 'publish'>;
  artifacts: Pick<ArtifactStore, 'get'>;
  sites: Pick<SiteStore, 'takeFence'>;
  deployer: Deployer;
}

type Packaged = PackagedRelease['functions'][number];

/** Answers the ARN of a version with exactly this code and these settings. */
async function publish(packaged: Packaged, input: Input, ports: Ports): Promise<{ arn: string; reused: boolean }> {
  const { deployment, site } = input;
  const { functions } = ports;
  const name = resourceNames(ports.deployer, deployment.site).functionName(packaged.name);
  const settings = functionSettings(packaged.name, deployment.site, site.functionRoleArn);

  const existing = await functions.find(name);
  if (existing) {
    const reusable = reusableVersion(await functions.versions(name), packaged.codeSha256, settings);
    if (reusable) return { arn: reusable.arn, reused: true };
  }
  const zip = existing?.codeSha256 === packaged.codeSha256 ? undefined : await ports.artifacts.get(packaged.code);
  if (!existing && zip) {
    const tags = {
      'towpath:stage': ports.deployer.stage,
      'towpath:app': deployment.app,
      'towpath:site': deployment.site,
    };
    await functions.create(name, zip, settings, tags);
  } else {
    if (zip) await functions.updateCode(name, zip);
    if (existing && !sameSettings(existing.settings, settings)) await functions.updateSettings(name, settings);
  }
  return { arn: await functions.publish(name, packaged.codeSha256), reused: false };
}

/** Brings the release's functions to us-east-1 as numbered versions; a static site has none. */
export async function run(input: Input, ports: Ports): Promise<StepResult<PublishedFunctions>> {
  await takeFence(ports.sites, input.deployment);
  const published = await Promise.all(
    input.package.functions.map(async (packaged) => ({
      name: packaged.name,
      ...(await publish(packaged, input, ports)),
    })),
  );
  const reused = published.filter((version) => version.reused).length;
  return {
    output: Object.fromEntries(published.map(({ name, arn }) => [name, arn])),
    figures: { published: published.length - reused, reused },
  };
}
