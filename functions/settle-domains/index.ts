import { createCertificates } from '../../aws/certificates.ts';
import { certificatesClient, distributionsClient, tableClient, zonesClient } from '../../aws/clients.ts';
import { createDistributions } from '../../aws/distributions.ts';
import { createDomainStore } from '../../aws/table/domains.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { createZones } from '../../aws/zones.ts';
import { environment } from '../../middleware/environment.ts';
import { stepHandler } from '../../middleware/step.ts';
import { Input, run } from './run.ts';

const { TABLE_NAME, STAGE } = environment('TABLE_NAME', 'STAGE');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  domains: createDomainStore(table),
  sites: createSiteStore(table),
  certificates: createCertificates(certificatesClient()),
  zones: createZones(zonesClient()),
  distributions: createDistributions(distributionsClient()),
  stage: STAGE,
  now: () => new Date(),
};

export const handler = stepHandler(
  { step: 'SettleDomains', input: Input, timeline: createTimelineStore(table) },
  (input) => run(input, ports),
);
