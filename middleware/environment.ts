import type { Deployer } from '../domain/site.ts';

/** The named environment variables of a function, all of them present. */
export function environment<Name extends string>(...names: Name[]): Record<Name, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new Error(`missing environment variable ${missing.join(', ')}: give it to this function in serverless.yml`);
  }
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}

/** Whose names the resources of sites carry. */
export function deployer(): Deployer {
  const { STAGE, ACCOUNT_ID, AWS_REGION } = environment('STAGE', 'ACCOUNT_ID', 'AWS_REGION');
  return { stage: STAGE, accountId: ACCOUNT_ID, region: AWS_REGION };
}
