import { createCertificates } from '../../aws/certificates.ts';
import { certificatesClient, distributionsClient, eventsClient, tableClient, zonesClient } from '../../aws/clients.ts';
import { createDistributions } from '../../aws/distributions.ts';
import { createEvents } from '../../aws/events.ts';
import { createDeploymentStore } from '../../aws/table/deployments.ts';
import { createDomainStore } from '../../aws/table/domains.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { createZones } from '../../aws/zones.ts';
import { createDns } from '../../lifecycle/dns.ts';
import { createReleaseAt } from '../../lifecycle/release-at.ts';
import { environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { Input, run } from './run.ts';

const { TABLE_NAME, STAGE, EVENT_BUS_NAME, NAME_SERVERS } = environment(
  'TABLE_NAME',
  'STAGE',
  'EVENT_BUS_NAME',
  'NAME_SERVERS',
);
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  domains: createDomainStore(table),
  sites: createSiteStore(table),
  certificates: createCertificates(certificatesClient()),
  zones: createZones(zonesClient()),
  distributions: createDistributions(distributionsClient()),
  deployments: createDeploymentStore(table),
  emit: createEvents(eventsClient(), EVENT_BUS_NAME).emit,
  dns: createDns(NAME_SERVERS),
  releaseAt: createReleaseAt(),
  stage: STAGE,
  now: () => new Date(),
};

export const handler = stepHandler(
  { step: 'SettleDomains', input: Input, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
