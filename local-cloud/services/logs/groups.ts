import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller, Environment, Operations } from '../../service.ts';
import type { LogStore, StoredGroup } from './store.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const DEFAULT_PAGE_SIZE = 50;

export function groupOperations(environment: Environment, store: LogStore): Operations {
  return { ...lifecycleOperations(environment, store), ...tagOperations(store) };
}

function lifecycleOperations(environment: Environment, store: LogStore): Operations {
  return {
    CreateLogGroup: async ({ logGroupName, tags }: sdk.CreateLogGroupRequest, { region }: Caller) => {
      const name = logGroupName!;
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
        const message = `The log group name ${name} may have letters, digits and .-_/#`;
        throw new AwsError('InvalidParameterException', message);
      }
      if (store.findGroup(region, name)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      store.putGroup({ region, name, tags: tags ?? {}, createdAt: environment.now() });
    },
    DeleteLogGroup: async ({ logGroupName }: sdk.DeleteLogGroupRequest, { region }: Caller) => {
      store.deleteGroup(region, store.group(region, logGroupName!).name);
    },
    DescribeLogGroups: async (
      input: sdk.DescribeLogGroupsRequest,
      { region, accountId }: Caller,
    ): Promise<sdk.DescribeLogGroupsResponse> => {
      const { logGroupNamePrefix = '', logGroupNamePattern = '', nextToken = '', limit = DEFAULT_PAGE_SIZE } = input;
      const all = store.groups(region, logGroupNamePrefix);
      const found = all.filter(({ name }) => name.includes(logGroupNamePattern) && name > nextToken);
      const page = found.slice(0, limit);
      return {
        logGroups: page.map((group) => describe(group, accountId)),
        nextToken: found.length > page.length ? page.at(-1)?.name : undefined,
      };
    },
    PutRetentionPolicy: async (input: sdk.PutRetentionPolicyRequest, { region }: Caller) => {
      const group = store.group(region, input.logGroupName!);
      if (!RETENTION_DAYS.includes(input.retentionInDays!)) {
        const message = `retentionInDays must be one of ${RETENTION_DAYS.join(', ')}, not ${input.retentionInDays}`;
        throw new AwsError('InvalidParameterException', message);
      }
      store.putGroup({ ...group, retentionDays: input.retentionInDays });
    },
    DeleteRetentionPolicy: async ({ logGroupName }: sdk.DeleteRetentionPolicyRequest, { region }: Caller) => {
      store.putGroup({ ...store.group(region, logGroupName!), retentionDays: undefined });
    },
  };
}

function tagOperations(store: LogStore): Operations {
  const named = (arn: string, region: string) => store.group(region, /:log-group:([^:]+)/.exec(arn)?.[1] ?? arn);
  return {
    TagResource: async ({ resourceArn, tags }: sdk.TagResourceRequest, { region }: Caller) => {
      const group = named(resourceArn!, region);
      store.putGroup({ ...group, tags: { ...group.tags, ...tags } });
    },
    ListTagsForResource: async ({ resourceArn }: sdk.ListTagsForResourceRequest, { region }: Caller) => ({
      tags: named(resourceArn!, region).tags,
    }),
  };
}

function describe(group: StoredGroup, accountId: string): sdk.LogGroup {
  const arn = `arn:aws:logs:${group.region}:${accountId}:log-group:${group.name}`;
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    retentionInDays: group.retentionDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: 'STANDARD',
  };
}
