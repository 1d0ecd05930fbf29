import type { LifecycleRule } from '@aws-sdk/client-s3';
import type * as z from 'zod';
import type { Buckets } from '../../aws/buckets.ts';
import type { Distribution, Distributions } from '../../aws/distributions.ts';
import type { Roles } from '../../aws/roles.ts';
import type { DeploymentStore } from '../../aws/table/deployments.ts';
import type { DomainStore } from '../../aws/table/domains.ts';
import type { SiteStore } from '../../aws/table/sites.ts';
import type { VariableStore } from '../../aws/table/variables.ts';
import type { Deployment } from '../../domain/deployment.ts';
import { TowpathError } from '../../domain/errors.ts';
import { PipelineState, type PreparedSite } from '../../domain/pipeline.ts';
import { type Deployer, queueArn, remadeReference, resourceNames, tableArn } from '../../domain/site.ts';
import { targetOf, variablesFor } from '../../domain/variables.ts';
import { addressOf } from '../../lifecycle/address.ts';
import type { StepResult } from '../../middleware/step.ts';
import { placeholderConfig } from './placeholder.ts';
import { buildRolePolicy, functionRolePolicy, secretArns, siteBucketPolicy } from './policies.ts';
import type { Settings } from './settings.ts';

export const Input = PipelineState.pick({ version: true, deployment: true });

export interface Ports {
  buckets: Buckets;
  roles: Roles;
  distributions: Pick<Distributions, 'find' | 'create'>;
  sites: Pick<SiteStore, 'get' | 'setDistribution'>;
  deployments: Pick<DeploymentStore, 'ofSite'>;
  variables: Pick<VariableStore, 'ofApp'>;
  domains: Pick<DomainStore, 'get'>;
  settings: Settings;
}

/** A replay of an older deployment's build needs its role's access too. */
const REPLAYABLE_DEPLOYMENTS = 20;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html */
const LIFECYCLE: LifecycleRule[] = [
  { ID: 'spill', Status: 'Enabled', Filter: { Prefix: 'spill/' }, Expiration: { Days: 1 } },
  {
    ID: 'broken-uploads',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  },
];

const BUCKET_NAME_TAKEN = {
  code: 'BUCKET_NAME_TAKEN',
  fault: 'user',
  retryable: false,
  remedy: 'Bucket names are shared by all of AWS: give the app another name, or deploy Towpath under another stage.',
} as const;

const BUCKET_ACCESS_DENIED = {
  code: 'BUCKET_ACCESS_DENIED',
  fault: 'towpath',
  retryable: false,
  remedy:
    'Its role needs s3:ListBucket: deploy Towpath anew, and look for a policy of the bucket or of your AWS Organization that denies it; then replay.',
} as const;

const SITE_UNKNOWN = {
  code: 'SITE_UNKNOWN',
  fault: 'towpath',
  retryable: false,
  remedy: 'The site was removed after this deployment began: push again to create it anew.',
} as const;

const tagsOf = ({ app, site }: Deployment, stage: string) => ({
  'towpath:stage': stage,
  'towpath:app': app,
  'towpath:site': site,
});

async function prepareBucket(bucket: string, { accountId, region }: Deployer, buckets: Buckets): Promise<boolean> {
  const found = await buckets.find(bucket, accountId);
  // Whose bucket it is that may not be looked at, S3 tells only whoever would create it.
  const created = found === 'ours' ? undefined : await buckets.create(bucket, region);
  if (created === 'foreign') {
    throw new TowpathError(BUCKET_NAME_TAKEN, `the bucket name ${bucket} belongs to another AWS account`);
  }
  if (found === 'refused' && created === 'ours') {
    throw new TowpathError(BUCKET_ACCESS_DENIED, `the bucket ${bucket} is there, but PrepareSite may not look at it`);
  }
  await buckets.blockPublicAccess(bucket);
  await buckets.putLifecycle(bucket, LIFECYCLE);
  return found !== 'ours';
}

async function prepareRole(
  role: { name: string; path: string; trusted: string[] },
  deployment: Deployment,
  ports: Ports,
) {
  const found = await ports.roles.find(role.name);
  if (found) return { arn: found, created: false };
  const tags = tagsOf(deployment, ports.settings.deployer.stage);
  const arn = await ports.roles.create({ ...role, description: `Towpath site ${deployment.site}`, tags });
  return { arn, created: true };
}

async function prepareDistribution(bucket: string, reference: string, deployment: Deployment, ports: Ports) {
  const { sites, distributions, settings } = ports;
  const site = await sites.get(deployment.site);
  if (!site) throw new TowpathError(SITE_UNKNOWN, `site ${deployment.site} has no record`);
  const known = site.distributionId ? await distributions.find(site.distributionId) : undefined;
  if (known) {
    // A local cloud on another port gives its distributions other names.
    if (known.domain !== site.distributionDomain) await sites.setDistribution(site.id, known);
    return { distribution: known, created: false };
  }

  const configs = settings.pools.map((pool) =>
    placeholderConfig({
      // A distribution that somebody deleted by hand is made anew under another reference.
      reference: site.distributionId ? remadeReference(reference, deployment.number) : reference,
      bucketDomain: `${bucket}.s3.${settings.deployer.region}.amazonaws.com`,
      ...pool,
    }),
  );
  const made: Distribution = await distributions.create(configs, tagsOf(deployment, settings.deployer.stage));
  await sites.setDistribution(site.id, { id: made.id, domain: made.domain, instead: site.distributionId });
  return { distribution: made, created: true };
}

async function prepareRoles(deployment: Deployment, ports: Ports) {
  const names = resourceNames(ports.settings.deployer, deployment.site);
  const [functions, build] = await Promise.all([
    prepareRole(
      { name: names.functionRole, path: names.rolePath, trusted: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'] },
      deployment,
      ports,
    ),
    prepareRole(
      { name: names.buildRole, path: names.rolePath, trusted: ['codebuild.amazonaws.com'] },
      deployment,
      ports,
    ),
  ]);
  return { functions, build };
}

async function putPolicies(
  bucket: string,
  distributionArn: string,
  deployment: Deployment,
  ports: Ports,
): Promise<void> {
  const { deployer, artifactBucket, buildLogGroup, tableName } = ports.settings;
  const names = resourceNames(deployer, deployment.site);
  const [recent, variables] = await Promise.all([
    ports.deployments.ofSite(deployment.site, REPLAYABLE_DEPLOYMENTS),
    ports.variables.ofApp(deployment.app),
  ]);
  const references = [...variablesFor(variables, targetOf(deployment)).values()].flatMap(({ secret }) => secret ?? []);
  const functionPolicy = functionRolePolicy({
    bucket,
    accountId: deployer.accountId,
    functionPrefix: names.functionName('default').replace(/default$/, ''),
    queueArn: queueArn(deployer, names.regenerationQueue),
    secrets: secretArns(
      deployer,
      references.filter(({ atRunTime }) => atRunTime === 'fetched'),
    ),
    tableArn: tableArn(deployer, tableName),
    site: deployment.site,
    distributionArn,
  });
  const buildPolicy = buildRolePolicy({
    site: deployment.site,
    accountId: deployer.accountId,
    region: deployer.region,
    artifactBucket,
    buildLogGroup,
    deployments: [...new Set([deployment.id, ...recent.map(({ id }) => id)])],
    secrets: secretArns(deployer, references),
  });
  await Promise.all([
    ports.roles.putPolicy(names.functionRole, 'towpath', functionPolicy),
    ports.roles.putPolicy(names.buildRole, 'towpath', buildPolicy),
  ]);
}

/** Makes what the site lacks, and finds again what it has. */
export async function run(input: z.output<typeof Input>, ports: Ports): Promise<StepResult<PreparedSite>> {
  const { deployment } = input;
  const { deployer } = ports.settings;
  const { bucket, distributionReference } = resourceNames(deployer, deployment.site);

  const [bucketCreated, roles, domains, { distribution, created }] = await Promise.all([
    prepareBucket(bucket, deployer, ports.buckets),
    prepareRoles(deployment, ports),
    ports.domains.get(deployment.site),
    prepareDistribution(bucket, distributionReference, deployment, ports),
  ]);
  await Promise.all([
    ports.buckets.putPolicy(bucket, siteBucketPolicy(bucket, distribution.arn)),
    putPolicies(bucket, distribution.arn, deployment, ports),
  ]);

  return {
    output: {
      bucket,
      bucketRegion: deployer.region,
      distributionId: distribution.id,
      distributionDomain: distribution.domain,
      url: addressOf(ports.settings.siteUrlPattern, domains, distribution.domain),
      functionRoleArn: roles.functions.arn,
      buildRoleArn: roles.build.arn,
    },
    figures: {
      bucket: bucketCreated ? 'created' : 'found',
      roles: roles.functions.created || roles.build.created ? 'created' : 'found',
      distribution: created ? 'created' : 'found',
    },
  };
}
