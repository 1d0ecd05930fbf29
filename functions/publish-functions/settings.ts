import type { EdgeFunction, FunctionSettings } from '../../aws/functions.ts';
import type { EdgeFunctionName } from '../../domain/site.ts';

/** sharp decodes whole images in memory. */
const MEMORY_MEGABYTES: Record<EdgeFunctionName, number> = { default: 1024, api: 1024, image: 1536 };

/** The most that origin events allow: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const TIMEOUT_SECONDS = 30;

export const functionSettings = (name: EdgeFunctionName, site: string, roleArn: string): FunctionSettings => ({
  roleArn,
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  memoryMegabytes: MEMORY_MEGABYTES[name],
  timeoutSeconds: TIMEOUT_SECONDS,
  description: `Towpath site ${site}: ${name}`,
});

export const sameSettings = (a: FunctionSettings, b: FunctionSettings) =>
  (Object.keys(a) as (keyof FunctionSettings)[]).every((key) => a[key] === b[key]);

/** The newest version with this code and these settings. */
export const reusableVersion = (versions: EdgeFunction[], codeSha256: string, settings: FunctionSettings) =>
  versions.findLast((version) => version.codeSha256 === codeSha256 && sameSettings(version.settings, settings));
