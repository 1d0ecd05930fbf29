import * as logs from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createLogsService } from '../../local-cloud/services/logs/index.ts';
import { startTestCloud, type TestCloud } from '../support/start-cloud.ts';

const DAY_MS = 24 * 3600 * 1000;
const services = { logs: createLogsService };
let cloud: TestCloud<typeof services>;
let client: logs.CloudWatchLogsClient;
const now = Date.now();
let count = 0;
let logGroupName: string;
const logStreamName = 'build';

beforeAll(async () => {
  cloud = await startTestCloud(services, { now: () => now });
  client = new logs.CloudWatchLogsClient(cloud.client);
});
afterAll(() => cloud.stop());
beforeEach(async () => {
  logGroupName = `/towpath/group-${++count}`;
  await client.send(new logs.CreateLogGroupCommand({ logGroupName, tags: { a: 'b' } }));
  await client.send(new logs.CreateLogStreamCommand({ logGroupName, logStreamName }));
});

const put = (messages: string[], more: Partial<logs.PutLogEventsCommandInput> & { at?: number } = {}) => {
  const { at = now, ...input } = more;
  const logEvents = messages.map((message, index) => ({ timestamp: at + index, message }));
  return client.send(new logs.PutLogEventsCommand({ logGroupName, logStreamName, logEvents, ...input }));
};
const get = (more: Partial<logs.GetLogEventsCommandInput> = {}) =>
  client.send(new logs.GetLogEventsCommand({ logGroupName, logStreamName, ...more }));
const texts = ({ events }: { events?: { message?: string }[] }) => events?.map(({ message }) => message);

test('a follower reads on from its token, which stays the same at the end', async () => {
  await put(['one', 'two', 'three']);
  const first = await get({ startFromHead: true, limit: 2 });
  expect(texts(first)).toEqual(['one', 'two']);
  const second = await get({ nextToken: first.nextForwardToken });
  expect(texts(second)).toEqual(['three']);
  const end = await get({ nextToken: second.nextForwardToken });
  expect(texts(end)).toEqual([]);
  expect(end.nextForwardToken).toBe(second.nextForwardToken);
  await put(['four'], { at: now + 10 });
  expect(texts(await get({ nextToken: end.nextForwardToken }))).toEqual(['four']);
});

test('without a token the latest events come, and a backward token leads to earlier ones', async () => {
  await put(['1', '2', '3', '4', '5']);
  const last = await get({ limit: 2 });
  expect(texts(last)).toEqual(['4', '5']);
  expect(texts(await get({ limit: 2, nextToken: last.nextBackwardToken }))).toEqual(['2', '3']);
});

test('startTime counts, endTime does not', async () => {
  await put(['a', 'b', 'c']);
  expect(texts(await get({ startTime: now + 1, endTime: now + 2 }))).toEqual(['b']);
});

test('filters over all streams, in order of time', async () => {
  await client.send(new logs.CreateLogStreamCommand({ logGroupName, logStreamName: 'other' }));
  await put(['INFO first', 'ERROR first thing'], { at: now });
  await put(['ERROR second thing', 'WARN "quoted thing"'], { at: now - 5, logStreamName: 'other' });
  const filter = async (filterPattern: string, more: object = {}) =>
    texts(await client.send(new logs.FilterLogEventsCommand({ logGroupName, filterPattern, ...more })));
  expect(await filter('ERROR')).toEqual(['ERROR second thing', 'ERROR first thing']);
  expect(await filter('thing -ERROR')).toEqual(['WARN "quoted thing"']);
  expect(await filter('?INFO ?WARN')).toEqual(['WARN "quoted thing"', 'INFO first']);
  expect(await filter('"first thing"')).toEqual(['ERROR first thing']);
  expect(await filter('ERROR', { logStreamNames: ['other'] })).toEqual(['ERROR second thing']);
  await expect(filter('{ $.level = "error" }')).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('what is there already or is missing', async () => {
  const again = client.send(new logs.CreateLogGroupCommand({ logGroupName }));
  await expect(again).rejects.toBeInstanceOf(logs.ResourceAlreadyExistsException);
  await expect(put(['x'], { logStreamName: 'none' })).rejects.toThrow('The specified log stream does not exist.');
  await expect(put(['x'], { logGroupName: 'none' })).rejects.toThrow('The specified log group does not exist.');
});

test('a batch in the wrong order, one that is too large, an event that is too old', async () => {
  const disordered = [2, 1].map((offset) => ({ timestamp: now + offset, message: 'x' }));
  await expect(put([], { logEvents: disordered })).rejects.toThrow('chronological order');
  await expect(put(['x'.repeat(700_000), 'y'.repeat(400_000)])).rejects.toThrow('Upload too large');
  const logEvents = [now - 15 * DAY_MS, now].map((timestamp) => ({ timestamp, message: String(timestamp) }));
  const answer = await put([], { logEvents });
  expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
  expect(texts(await get())).toEqual([String(now)]);
});

test('retention hides events', async () => {
  await expect(
    client.send(new logs.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 })),
  ).rejects.toBeInstanceOf(logs.InvalidParameterException);
  await client.send(new logs.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 3 }));
  await put(['old'], { at: now - 4 * DAY_MS });
  await put(['new']);
  expect(texts(await get())).toEqual(['new']);
  await client.send(new logs.DeleteRetentionPolicyCommand({ logGroupName }));
  expect(texts(await get())).toEqual(['old', 'new']);
});

test('groups and streams are described and deleted', async () => {
  await client.send(new logs.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 30 }));
  await put(['x']);
  const { logGroups } = await client.send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
  expect(logGroups).toMatchObject([
    { logGroupName, retentionInDays: 30, arn: `arn:aws:logs:us-east-1:111122223333:log-group:${logGroupName}:*` },
  ]);
  const { logStreams } = await client.send(new logs.DescribeLogStreamsCommand({ logGroupName }));
  expect(logStreams).toMatchObject([{ logStreamName, lastEventTimestamp: now }]);
  await client.send(new logs.DeleteLogStreamCommand({ logGroupName, logStreamName }));
  await expect(get()).rejects.toBeInstanceOf(logs.ResourceNotFoundException);
  await client.send(new logs.DeleteLogGroupCommand({ logGroupName }));
  const gone = await client.send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
  expect(gone.logGroups).toEqual([]);
});
