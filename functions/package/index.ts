import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArtifactStore } from '../../aws/artifacts.ts';
import { parametersClient, s3Client, secretsClient, tableClient } from '../../aws/clients.ts';
import { createSecretValues } from '../../aws/secret-values.ts';
import { createBuildStore } from '../../aws/table/builds.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSettingsStore } from '../../aws/table/settings.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { createVariableStore } from '../../aws/table/variables.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { Input, run } from './run.ts';

const { TABLE_NAME, ARTIFACT_BUCKET, LAMBDA_TASK_ROOT } = environment(
  'TABLE_NAME',
  'ARTIFACT_BUCKET',
  'LAMBDA_TASK_ROOT',
);
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  artifacts: createArtifactStore(s3Client()),
  variables: createVariableStore(table),
  settings: createSettingsStore(table),
  secretValues: createSecretValues(parametersClient(), secretsClient()),
  releases: createReleaseStore(table),
  builds: createBuildStore(table),
  artifactBucket: ARTIFACT_BUCKET,
  tableName: TABLE_NAME,
  deployer: deployer(),
  edgeFolder: join(LAMBDA_TASK_ROOT, 'build/edge'),
  temporaryFolder: tmpdir(),
  now: () => new Date(),
};

export const handler = stepHandler({ step: 'Package', input: Input, timeline: createTimelineStore(table) }, (input) =>
  run(input, ports),
);
