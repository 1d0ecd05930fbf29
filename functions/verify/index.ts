import { setTimeout as sleep } from 'node:timers/promises';
import { createArtifactStore } from '../../aws/artifacts.ts';
import { s3Client, secretsClient, tableClient } from '../../aws/clients.ts';
import { createSecrets } from '../../aws/secrets.ts';
import { createAccessStore } from '../../aws/table/access.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { Input, run } from './run.ts';

const { TABLE_NAME, SITE_URL_PATTERN, ACCESS_SECRET_ID } = environment(
  'TABLE_NAME',
  'SITE_URL_PATTERN',
  'ACCESS_SECRET_ID',
);
const secrets = createSecrets(secretsClient());
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  fetch,
  sites: createSiteStore(table),
  access: createAccessStore(table),
  secret: () => secrets.value(ACCESS_SECRET_ID),
  artifacts: createArtifactStore(s3Client()),
  siteUrlPattern: SITE_URL_PATTERN,
  sleep,
};

export const handler = stepHandler({ step: 'Verify', input: Input, timeline: createTimelineStore(table) }, (input) =>
  run(input, ports),
);
