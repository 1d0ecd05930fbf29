import type { Deployer } from './site.ts';

/**
 * Where Lambda@Edge can have run: it writes its log in the Region that served the visitor. These are the Regions that every
 * account has. Of opt-in Regions, one is known to be open: the control plane's own.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-logs.html
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
const REGIONS_OF_ALL = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
] as const;

export const edgeLogRegions = ({ region }: Pick<Deployer, 'region'>): string[] => [
  ...new Set([...REGIONS_OF_ALL, region]),
];
