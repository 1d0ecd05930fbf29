/** Where the functions of a site write their logs. Pure. */
import { type Deployer, EDGE_FUNCTIONS, resourceNames, type SiteFunctionName } from './site.ts';

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

export interface LogGroup {
  region: string;
  function: SiteFunctionName;
  group: string;
}

/** Of visitors' requests and of pages rendered anew. The edge functions live in us-east-1, and their replicas' groups are named so everywhere. */
export function servingLogGroups(deployer: Deployer, site: string): LogGroup[] {
  const { functionName } = resourceNames(deployer, site);
  const regions = [...new Set([...REGIONS_OF_ALL, deployer.region])];
  const atEdge = regions.flatMap((region) =>
    EDGE_FUNCTIONS.map((name) => ({ region, function: name, group: `/aws/lambda/us-east-1.${functionName(name)}` })),
  );
  const group = `/aws/lambda/${functionName('regeneration')}`;
  return [...atEdge, { region: deployer.region, function: 'regeneration', group }];
}

/** Those, and what SmokeTest causes: it invokes the functions where they are. */
export function allLogGroups(deployer: Deployer, site: string): LogGroup[] {
  const { functionName } = resourceNames(deployer, site);
  const invoked = EDGE_FUNCTIONS.map((name) => {
    return { region: 'us-east-1', function: name, group: `/aws/lambda/${functionName(name)}` };
  });
  return [...servingLogGroups(deployer, site), ...invoked];
}
