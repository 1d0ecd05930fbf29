/**
 * What a site's functions wrote at run time, wherever they ran. Lambda@Edge writes its log in the Region that served the
 * visitor, and makes the group there itself. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-logs.html
 */
import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { type LogGroup, servingLogGroups } from '../domain/log-groups.ts';
import type { Deployer, SiteFunctionName } from '../domain/site.ts';

export type SiteLogs = ReturnType<typeof createSiteLogs>;

export interface SiteLogLine {
  /** Unique within the site: the same line may be read twice. */
  id: string;
  /** Milliseconds since the epoch. */
  time: number;
  region: string;
  function: SiteFunctionName;
  text: string;
}

/**
 * How a Region refuses that the account has closed, by itself or by a policy of its organisation: nobody's functions write there.
 * https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
 */
const REFUSALS = ['AccessDeniedException', 'UnrecognizedClientException'];

/** Of one group, and of one answer. */
const MAX_LINES = 1_000;

/** `clientOf` is asked once for each Region. */
export function createSiteLogs(clientOf: (region: string) => CloudWatchLogsClient, deployer: Deployer) {
  const clients = new Map<string, CloudWatchLogsClient>();
  const client = (region: string): CloudWatchLogsClient => {
    const known = clients.get(region) ?? clientOf(region);
    clients.set(region, known);
    return known;
  };

  async function read({ region, function: name, group }: LogGroup, since: number): Promise<SiteLogLine[]> {
    const lines: SiteLogLine[] = [];
    let nextToken: string | undefined;
    do {
      const command = new FilterLogEventsCommand({
        logGroupName: group,
        startTime: since,
        limit: MAX_LINES,
        nextToken,
      });
      const page: FilterLogEventsCommandOutput | undefined = await client(region)
        .send(command)
        .catch((error) => {
          // No visitor was served there yet.
          if (error instanceof ResourceNotFoundException) return undefined;
          throw error;
        });
      for (const { eventId = '', timestamp = 0, message = '' } of page?.events ?? []) {
        lines.push({
          id: `${region}/${eventId}`,
          time: timestamp,
          region,
          function: name,
          text: message.replace(/\r?\n$/, ''),
        });
      }
      nextToken = page?.nextToken;
    } while (nextToken && lines.length <= MAX_LINES);
    return lines;
  }

  return {
    /**
     * The oldest {@link MAX_LINES} lines from `since` on (milliseconds since the epoch), of all Regions, in the order of their times.
     * `refused`: Regions that let nobody of this account in.
     */
    async since(site: string, since: number): Promise<{ lines: SiteLogLine[]; more: boolean; refused: string[] }> {
      const refused = new Set<string>();
      const isRefusal = (region: string, error: Error) =>
        REFUSALS.includes(error.name) && region !== deployer.region && region !== 'us-east-1';
      const readIfOpen = (source: LogGroup) =>
        read(source, since).catch((error: Error): SiteLogLine[] => {
          if (!isRefusal(source.region, error)) throw error;
          refused.add(source.region);
          return [];
        });
      const found = await Promise.all(servingLogGroups(deployer, site).map(readIfOpen));
      const lines = found.flat().sort((one, other) => one.time - other.time);
      return { lines: lines.slice(0, MAX_LINES), more: lines.length > MAX_LINES, refused: [...refused] };
    },
  };
}
