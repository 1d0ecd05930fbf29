import { createArtifactStore } from '../../aws/artifacts.ts';
import { createBuckets } from '../../aws/buckets.ts';
import { s3Client, tableClient } from '../../aws/clients.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { DeployInput } from '../../domain/pipeline.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { run } from './run.ts';

const { TABLE_NAME, ARTIFACT_BUCKET } = environment('TABLE_NAME', 'ARTIFACT_BUCKET');
const table = { client: tableClient(), name: TABLE_NAME };
const s3 = s3Client();
const ports = {
  buckets: createBuckets(s3),
  artifacts: createArtifactStore(s3),
  deployments: createDeploymentStore(table),
  sites: createSiteStore(table),
  deployer: deployer(),
  artifactBucket: ARTIFACT_BUCKET,
  now: () => new Date(),
};

export const handler = stepHandler(
  { step: 'RemoveFiles', input: DeployInput, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
