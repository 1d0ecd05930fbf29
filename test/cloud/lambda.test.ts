import {
  AddPermissionCommand,
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvalidParameterValueException,
  InvokeCommand,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PreconditionFailedException,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  ResourceConflictException,
  ResourceNotFoundException,
  TagResourceCommand,
  TooManyRequestsException,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LambdaCloud, ROLE, startLambdaCloud } from '../support/lambda-cloud.ts';
import { zipOf } from '../support/lambda-package.ts';

const ECHO = 'export const handler = async (event) => event;';
const returning = (value: string) => `export const handler = async () => ${JSON.stringify(value)};`;
const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function';

let cloud: LambdaCloud;
beforeAll(async () => {
  cloud = await startLambdaCloud();
});
afterAll(() => cloud.stop());

test('a function has defaults, and is found by name and ARN', async () => {
  const created = await cloud.create('defaults', ECHO, {
    Tags: { owner: 'me' },
    Environment: { Variables: { AB: '1' } },
  });
  expect(created).toMatchObject({
    FunctionName: 'defaults',
    FunctionArn: `${ARN}:defaults`,
    Version: '$LATEST',
    Timeout: 3,
    MemorySize: 128,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Environment: { Variables: { AB: '1' } },
  });
  const got = await cloud.lambda.send(new GetFunctionCommand({ FunctionName: `${ARN}:defaults` }));
  expect(got.Configuration!.CodeSha256).toBe(created.CodeSha256);
  expect(got.Tags).toEqual({ owner: 'me' });
  const listed = await cloud.lambda.send(new ListFunctionsCommand({}));
  expect(listed.Functions!.map(({ FunctionName }) => FunctionName)).toContain('defaults');
});

test('an unknown function, a second one of the same name and a role that does not exist are refused', async () => {
  await cloud.create('taken', ECHO);
  await expect(cloud.create('taken', ECHO)).rejects.toThrow(ResourceConflictException);
  await expect(cloud.lambda.send(new GetFunctionCommand({ FunctionName: 'nobody' }))).rejects.toThrow(
    ResourceNotFoundException,
  );
  await expect(cloud.create('roleless', ECHO, { Role: ROLE.replace('function', 'missing') })).rejects.toThrow(
    'cannot be assumed by Lambda',
  );
});

test('a role that is younger than it takes to settle cannot be assumed yet', async () => {
  let now = 5000;
  const young = await startLambdaCloud({ lambda: { roleSettlingMilliseconds: 10_000 }, now: () => now });
  await expect(young.create('early', ECHO)).rejects.toThrow(InvalidParameterValueException);
  now = 10_000;
  await expect(young.create('early', ECHO)).resolves.toMatchObject({ State: 'Active' });
  await young.stop();
});

test('a new role may be refused so many times, however old it is', async () => {
  let now = 0;
  const young = await startLambdaCloud({ lambda: { roleRefusals: 2 }, now: () => now });
  now = 3_600_000;
  await expect(young.create('early', ECHO)).rejects.toThrow('cannot be assumed by Lambda');
  await expect(young.create('early', ECHO)).rejects.toThrow('cannot be assumed by Lambda');
  await expect(young.create('early', ECHO)).resolves.toMatchObject({ State: 'Active' });
  await young.stop();
});

test.each([
  ['reserved variables', { Environment: { Variables: { AWS_REGION: 'x' } } }, 'Reserved keys used in this request'],
  ['too many variables', { Environment: { Variables: { BIG: 'x'.repeat(4096) } } }, 'exceeded the 4KB limit'],
  ['a time-out over 15 minutes', { Timeout: 901 }, "at 'timeout' failed to satisfy constraint"],
  ['other runtimes', { Runtime: 'python3.13' as const }, 'python3.13 is not emulated'],
  ['layers', { Layers: [`${ARN}:layer:x:1`] }, 'Layers is not emulated'],
])('%s are refused at creation', async (_, settings, message) => {
  await expect(cloud.create('refused', ECHO, settings)).rejects.toThrow(message);
});

test.each([
  ['no zip', Buffer.from('hello'), 'Could not unzip uploaded file'],
  ['an empty one', Buffer.alloc(0), 'non-empty zip'],
  ['one over 50 MB', Buffer.alloc(50 * 1024 * 1024 + 1), 'Request must be smaller than'],
])('a package that is %s is refused', async (_, ZipFile, message) => {
  await expect(cloud.create('refused', ECHO, { Code: { ZipFile } })).rejects.toThrow(message);
});

test('a package over 250 MB unzipped is refused', async () => {
  const ZipFile = await zipOf({ 'a.bin': Buffer.alloc(262_144_001) });
  await expect(cloud.create('refused', ECHO, { Code: { ZipFile } })).rejects.toThrow(
    'Unzipped size must be smaller than 262144000 bytes',
  );
});

test('a package that leads out of its folder is refused', async () => {
  const ZipFile = await zipOf({ 'xx/evil.mjs': 'x' });
  const evil = Buffer.from(ZipFile.toString('latin1').replaceAll('xx/evil', '../evil'), 'latin1');
  await expect(cloud.create('refused', ECHO, { Code: { ZipFile: evil } })).rejects.toThrow(
    InvalidParameterValueException,
  );
});

test('versions are numbered, immutable, and not made twice of the same', async () => {
  await cloud.create('versions', returning('one'));
  const publish = () => cloud.lambda.send(new PublishVersionCommand({ FunctionName: 'versions' }));
  const first = await publish();
  expect(first).toMatchObject({ Version: '1', FunctionArn: `${ARN}:versions:1` });
  expect((await publish()).Version).toBe('1');
  const ZipFile = await zipOf({ 'index.mjs': returning('two') });
  await cloud.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'versions', ZipFile }));
  expect((await publish()).Version).toBe('2');
  await cloud.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'versions', MemorySize: 256 }));
  expect((await publish()).Version).toBe('3');
  expect((await cloud.invoke(`${ARN}:versions:1`)).payload).toBe('one');
  expect(await cloud.invoke('versions')).toMatchObject({ payload: 'two', version: '$LATEST' });
  expect((await cloud.invoke('versions:3')).version).toBe('3');

  await cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: 'versions', Qualifier: '3' }));
  const { Versions } = await cloud.lambda.send(new ListVersionsByFunctionCommand({ FunctionName: 'versions' }));
  expect(Versions!.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
  expect((await publish()).Version).toBe('4');
});

test('publishing checks the code hash and the revision that the caller saw', async () => {
  await cloud.create('checked', ECHO);
  const publish = (input: object) =>
    cloud.lambda.send(new PublishVersionCommand({ FunctionName: 'checked', ...input }));
  await expect(publish({ CodeSha256: 'other' })).rejects.toThrow('is different from current CodeSHA256');
  await expect(publish({ RevisionId: 'other' })).rejects.toThrow(PreconditionFailedException);
});

test('an alias follows its version, which it also keeps', async () => {
  await cloud.create('aliased', returning('one'), { Publish: true });
  const alias = { FunctionName: 'aliased', Name: 'live', FunctionVersion: '1' };
  expect((await cloud.lambda.send(new CreateAliasCommand(alias))).AliasArn).toBe(`${ARN}:aliased:live`);
  await expect(cloud.lambda.send(new CreateAliasCommand(alias))).rejects.toThrow(ResourceConflictException);
  expect(await cloud.invoke('aliased:live')).toMatchObject({ payload: 'one', version: '1' });
  await expect(
    cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: 'aliased', Qualifier: '1' })),
  ).rejects.toThrow('referenced by the following aliases');
  await cloud.lambda.send(new UpdateAliasCommand({ ...alias, FunctionVersion: '$LATEST' }));
  expect((await cloud.invoke('aliased:live')).version).toBe('$LATEST');
  expect((await cloud.lambda.send(new ListAliasesCommand({ FunctionName: 'aliased' }))).Aliases).toHaveLength(1);
  await cloud.lambda.send(new DeleteAliasCommand({ FunctionName: 'aliased', Name: 'live' }));
  await expect(cloud.lambda.send(new GetAliasCommand({ FunctionName: 'aliased', Name: 'live' }))).rejects.toThrow(
    ResourceNotFoundException,
  );
});

test('a deleted function takes its versions along', async () => {
  await cloud.create('gone', ECHO, { Publish: true });
  await cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: 'gone' }));
  await expect(
    cloud.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'gone', Qualifier: '1' })),
  ).rejects.toThrow(ResourceNotFoundException);
  expect((await cloud.create('gone', ECHO, { Publish: true })).Version).toBe('1');
});

test('a service invokes a function only with its permission', async () => {
  await cloud.create('permitted', ECHO);
  const sourceArn = 'arn:aws:events:eu-west-1:111122223333:rule/r';
  const events = { ...cloud.environment.asService('events.amazonaws.com'), sourceArn };
  const invoke = () => cloud.call('lambda', 'Invoke', { FunctionName: 'permitted', Payload: Buffer.from('1') }, events);
  await expect(invoke()).rejects.toMatchObject({ code: 'AccessDeniedException' });
  const permission = {
    FunctionName: 'permitted',
    StatementId: 'rule',
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: sourceArn,
  };
  await cloud.lambda.send(new AddPermissionCommand(permission));
  await expect(cloud.lambda.send(new AddPermissionCommand(permission))).rejects.toThrow(ResourceConflictException);
  await expect(invoke()).resolves.toMatchObject({ StatusCode: 200 });
  const { Policy } = await cloud.lambda.send(new GetPolicyCommand({ FunctionName: 'permitted' }));
  expect(JSON.parse(Policy!).Statement).toEqual([
    {
      Sid: 'rule',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: `${ARN}:permitted`,
      Condition: { ArnLike: { 'AWS:SourceArn': permission.SourceArn } },
    },
  ]);
  await cloud.lambda.send(new RemovePermissionCommand({ FunctionName: 'permitted', StatementId: 'rule' }));
  await expect(invoke()).rejects.toMatchObject({ code: 'AccessDeniedException' });
});

test('reserved concurrency of zero throttles', async () => {
  await cloud.create('throttled', ECHO);
  const reserve = { FunctionName: 'throttled', ReservedConcurrentExecutions: 0 };
  await cloud.lambda.send(new PutFunctionConcurrencyCommand(reserve));
  await expect(cloud.invoke('throttled')).rejects.toThrow(TooManyRequestsException);
});

test('payloads are limited and must be JSON; a dry run runs nothing', async () => {
  await cloud.create('payloads', ECHO);
  const invoke = (input: object) => cloud.lambda.send(new InvokeCommand({ FunctionName: 'payloads', ...input }));
  const json = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
  await expect(invoke({ Payload: json(6_291_457) })).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  await expect(invoke({ Payload: json(262_145), InvocationType: 'Event' })).rejects.toThrow('(limit 262144 bytes)');
  const malformed = { FunctionName: 'payloads', Payload: Buffer.from('{') };
  await expect(
    cloud.call('lambda', 'Invoke', malformed, cloud.environment.asService('lambda.amazonaws.com')),
  ).rejects.toMatchObject({ code: 'InvalidRequestContentException' });
  expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204);
  expect((await invoke({ Payload: json(6_000_000) })).Payload).toHaveLength(6_000_000);
});

test('tags come and go', async () => {
  const { FunctionArn: Resource } = await cloud.create('tagged', ECHO);
  await cloud.lambda.send(new TagResourceCommand({ Resource, Tags: { a: '1', b: '2' } }));
  await cloud.lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['a'] }));
  expect((await cloud.lambda.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ b: '2' });
});
