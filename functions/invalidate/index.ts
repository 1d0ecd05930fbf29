import { setTimeout as sleep } from 'node:timers/promises';
import { createArtifactStore } from '../../aws/artifacts.ts';
import { distributionsClient, s3Client, tableClient } from '../../aws/clients.ts';
import { createDistributions } from '../../aws/distributions.ts';
import { createReleaseStore } from '../../aws/table/releases.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { Input, run } from './run.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  distributions: createDistributions(distributionsClient()),
  sites: createSiteStore(table),
  releases: createReleaseStore(table),
  artifacts: createArtifactStore(s3Client()),
  sleep,
};

export const handler = stepHandler(
  { step: 'Invalidate', input: Input, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
