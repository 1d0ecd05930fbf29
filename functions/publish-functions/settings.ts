import type { EdgeFunction, FunctionSettings } from '../../aws/functions.ts';
import type { SiteFunctionName } from '../../domain/site.ts';

/** sharp decodes whole images in memory. */
const MEMORY_MEGABYTES: Record<SiteFunctionName, number> = {
  default: 1024,
  image: 1536,
  regeneration: 1024,
};

/** The most that origin events allow: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const EDGE_TIMEOUT_SECONDS = 30;
/** Nobody waits for a page that is rendered anew. */
export const REGENERATION_TIMEOUT_SECONDS = 60;

export const functionSettings = (name: SiteFunctionName, site: string, roleArn: string): FunctionSettings => ({
  roleArn,
  runtime: 'nodejs24.x',
  // The modules of build/edge: `regeneration` lies beside `default`.
  handler: name === 'regeneration' ? 'regeneration.handler' : 'index.handler',
  memoryMegabytes: MEMORY_MEGABYTES[name],
  timeoutSeconds: name === 'regeneration' ? REGENERATION_TIMEOUT_SECONDS : EDGE_TIMEOUT_SECONDS,
  description: `Towpath site ${site}: ${name}`,
});

export const sameSettings = (a: FunctionSettings, b: FunctionSettings) =>
  (Object.keys(a) as (keyof FunctionSettings)[]).every((key) => a[key] === b[key]);

/** The newest version with this code and these settings. */
export const reusableVersion = (versions: EdgeFunction[], codeSha256: string, settings: FunctionSettings) =>
  versions.findLast((version) => version.codeSha256 === codeSha256 && sameSettings(version.settings, settings));
