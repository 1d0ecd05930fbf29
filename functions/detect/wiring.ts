/** What a commit is looked at with: AWS clients from the environment, constructed once. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createArtifactStore } from '../../aws/artifacts.ts';
import { distributionsClient, parametersClient, s3Client, secretsClient, tableClient } from '../../aws/clients.ts';
import { createDistributions } from '../../aws/distributions.ts';
import { createParameters } from '../../aws/parameters.ts';
import { createSecretVersions } from '../../aws/secret-versions.ts';
import { createAppStore } from '../../aws/table/apps.ts';
import { createBuildStore } from '../../aws/table/builds.ts';
import { createDomainStore } from '../../aws/table/domains.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSettingsStore } from '../../aws/table/settings.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { createVariableStore } from '../../aws/table/variables.ts';
import { send } from '../../githost/index.ts';
import { createGitTokens } from '../../lifecycle/git-tokens.ts';
import { environment } from '../../middleware/environment.ts';
import { openArchive } from './archive.ts';
import type { DetectPorts } from './run.ts';

const { TABLE_NAME, ARTIFACT_BUCKET, SITE_URL_PATTERN, STAGE } = environment(
  'TABLE_NAME',
  'ARTIFACT_BUCKET',
  'SITE_URL_PATTERN',
  'STAGE',
);
const { LAMBDA_TASK_ROOT, SITE_POOLS } = environment('LAMBDA_TASK_ROOT', 'SITE_POOLS');
const table = { client: tableClient(), name: TABLE_NAME };
const apps = createAppStore(table);
const tokenOf = createGitTokens({ apps, parameters: createParameters(parametersClient()), send });

export const timeline = createTimelineStore(table);

export const ports: DetectPorts = {
  distributions: createDistributions(distributionsClient()),
  domains: createDomainStore(table),
  siteUrlPattern: SITE_URL_PATTERN,
  stage: STAGE,
  sitePools: Number(SITE_POOLS),
  openArchive: (deployment) => openArchive(deployment, { send, tokenOf }),
  variables: createVariableStore(table),
  secretVersions: createSecretVersions(parametersClient(), secretsClient()),
  settings: createSettingsStore(table),
  apps,
  builds: createBuildStore(table),
  sites: createSiteStore(table),
  releases: createReleaseStore(table),
  artifacts: createArtifactStore(s3Client()),
  bucket: ARTIFACT_BUCKET,
  collectorFolder: path.join(LAMBDA_TASK_ROOT, 'build/collector'),
  buildspecTemplate: () => readFile(path.join(LAMBDA_TASK_ROOT, 'buildspecs/build.yml'), 'utf8'),
};
