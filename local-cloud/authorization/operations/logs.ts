/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html. Operations on a group
 * are judged on `…:log-group:<name>:log-stream:`, so a policy has to name `<name>:*`; tags alone are on the bare group.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
 */
import { type At, need, type Rows, rowsOf, tagContext } from '../need.ts';

interface LogInput {
  logGroupName?: string;
  logGroupIdentifier?: string;
  logStreamName?: string;
}

const nameOf = ({ logGroupName, logGroupIdentifier = '' }: LogInput) =>
  logGroupName ?? logGroupIdentifier.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, '');
const stream = (input: LogInput, at: At) =>
  `arn:aws:logs:${at.region}:${at.accountId}:log-group:${nameOf(input)}:log-stream:${input.logStreamName ?? ''}`;
const group = (input: LogInput, at: At) => stream({ ...input, logStreamName: undefined }, at);
const tagged = ({ resourceArn = '' }: { resourceArn?: string }) => resourceArn.replace(/:\*$/, '');

export const logs: Rows = {
  CreateLogGroup: [
    need('logs:CreateLogGroup', group, {
      context: ({ tags }: { tags?: Record<string, string> }) => tagContext(tags),
    }),
  ],
  ...rowsOf(
    ['DeleteLogGroup', 'PutRetentionPolicy', 'DeleteRetentionPolicy', 'DescribeLogStreams', 'FilterLogEvents'],
    (name) => [need(`logs:${name}`, group)],
  ),
  ...rowsOf(['CreateLogStream', 'DeleteLogStream', 'PutLogEvents', 'GetLogEvents'], (name) => [
    need(`logs:${name}`, stream),
  ]),
  DescribeLogGroups: [need('logs:DescribeLogGroups', (_, at) => group({ logGroupName: '' }, at))],
  ...rowsOf(['TagResource', 'ListTagsForResource'], (name) => [need(`logs:${name}`, tagged)]),
};
