/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html */
import type { ChangeResourceRecordSetsRequest } from '@aws-sdk/client-route-53';
import { need, type ResourceOf, type Rows, rowsOf } from '../need.ts';
import type { Context } from '../pattern.ts';

const zone: ResourceOf = ({ Id, HostedZoneId }: { Id?: string; HostedZoneId?: string }) =>
  `arn:aws:route53:::hostedzone/${(HostedZoneId ?? Id ?? '').split('/').at(-1)}`;

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html: lower case, no dot at the end. */
function recordContext({ ChangeBatch }: ChangeResourceRecordSetsRequest): Context {
  const changes = ChangeBatch?.Changes ?? [];
  const name = (given = '') => given.toLowerCase().replace(/\.$/, '').replaceAll('*', '\\052');
  return {
    'route53:changeresourcerecordsetsactions': changes.map(({ Action = '' }) => Action),
    'route53:changeresourcerecordsetsrecordtypes': changes.map(
      ({ ResourceRecordSet }) => ResourceRecordSet?.Type ?? '',
    ),
    'route53:changeresourcerecordsetsnormalizedrecordnames': changes.map(({ ResourceRecordSet }) =>
      name(ResourceRecordSet?.Name),
    ),
  };
}

export const route53: Rows = {
  ...rowsOf(['CreateHostedZone', 'ListHostedZones', 'ListHostedZonesByName'], (name) => [need(`route53:${name}`)]),
  ...rowsOf(['GetHostedZone', 'DeleteHostedZone', 'ListResourceRecordSets'], (name) => [need(`route53:${name}`, zone)]),
  ChangeResourceRecordSets: [need('route53:ChangeResourceRecordSets', zone, { context: recordContext })],
  GetChange: [
    need('route53:GetChange', ({ Id = '' }: { Id?: string }) => `arn:aws:route53:::change/${Id.split('/').at(-1)}`),
  ],
  // No operation of AWS: how ACM asks DNS within the local cloud, which no wire reaches.
  LookUp: [],
};
