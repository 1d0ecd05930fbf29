import {
  CreateFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createEdgeFunctions, type FunctionSettings } from '../../../aws/functions.ts';

const lambda = mockClient(LambdaClient);
const functions = createEdgeFunctions(new LambdaClient({}));
const settings: FunctionSettings = {
  roleArn: 'arn:role',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  memoryMegabytes: 1024,
  timeoutSeconds: 30,
  description: 'd',
};
const configuration = (Version: string) => ({
  Version,
  FunctionArn: `arn:f:${Version}`,
  CodeSha256: 'sha',
  Role: 'arn:role',
  Runtime: 'nodejs24.x' as const,
  Handler: 'index.handler',
  MemorySize: 1024,
  Timeout: 30,
  Description: 'd',
});
const state = (State: 'Pending' | 'Active') => ({ Configuration: { State, LastUpdateStatus: 'Successful' as const } });

beforeEach(() => {
  lambda.reset();
});

test('a function is waited for until it can be invoked, also when another attempt created it', async () => {
  lambda.on(CreateFunctionCommand).rejects(new ResourceConflictException({ message: '', $metadata: {} }));
  lambda.on(GetFunctionCommand).resolvesOnce(state('Pending')).resolves(state('Active'));

  await functions.create('f', Buffer.from('zip'), settings, {});

  expect(lambda.commandCalls(GetFunctionCommand)).toHaveLength(2);
});

test('an error while a change is waited for ends the wait at once, whatever it is', async () => {
  const lost = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
  lambda.on(UpdateFunctionCodeCommand).resolves({});
  lambda.on(GetFunctionCommand).rejectsOnce(lost).resolves(state('Active'));

  await expect(functions.updateCode('f', Buffer.from('zip'))).rejects.toBe(lost);
  expect(lambda.commandCalls(GetFunctionCommand)).toHaveLength(1);
});

test('a new function that cannot be found yet is waited for', async () => {
  lambda.on(CreateFunctionCommand).resolves({});
  lambda
    .on(GetFunctionCommand)
    .rejectsOnce(new ResourceNotFoundException({ message: '', $metadata: {} }))
    .resolves(state('Active'));

  await functions.create('f', Buffer.from('zip'), settings, {});
});

test('what Lambda could not make ready fails with its reason', async () => {
  lambda.on(UpdateFunctionConfigurationCommand).resolves({});
  const Configuration = {
    State: 'Active' as const,
    LastUpdateStatus: 'Failed' as const,
    LastUpdateStatusReason: 'no ENI',
  };
  lambda.on(GetFunctionCommand).resolves({ Configuration });

  await expect(functions.updateSettings('f', settings)).rejects.toMatchObject({
    code: 'FUNCTION_REFUSED',
    message: expect.stringContaining('no ENI'),
  });
});

test('a role that is not there everywhere yet is an error of the caller’s to try again', async () => {
  const error = Object.assign(new Error('cannot be assumed by Lambda'), { name: 'InvalidParameterValueException' });
  lambda.on(CreateFunctionCommand).rejects(error);
  await expect(functions.create('f', Buffer.from('zip'), settings, {})).rejects.toBe(error);
});

test('a version is bound to its code', async () => {
  lambda.on(PublishVersionCommand).resolves(configuration('4'));
  lambda.on(GetFunctionCommand).resolves(state('Active'));

  expect(await functions.publish('f', 'sha')).toBe('arn:f:4');
  expect(lambda.commandCalls(PublishVersionCommand)[0]?.args[0].input).toEqual({
    FunctionName: 'f',
    CodeSha256: 'sha',
  });
});

test('versions are numbered ones, oldest first', async () => {
  lambda
    .on(ListVersionsByFunctionCommand)
    .resolvesOnce({ Versions: [configuration('$LATEST'), configuration('1')], NextMarker: 'm' })
    .resolves({ Versions: [configuration('2')] });
  const versions = await functions.versions('f');
  expect(versions.map(({ version }) => version)).toEqual(['1', '2']);
  expect(versions[0]?.settings).toEqual(settings);
});

test('a function that is not there is no error to a question', async () => {
  lambda.on(GetFunctionConfigurationCommand).rejects(new ResourceNotFoundException({ message: '', $metadata: {} }));
  expect(await functions.find('f')).toBeUndefined();
});

test('an invocation tells its answer, whether it failed, and the end of its log', async () => {
  const Payload = Buffer.from('{"errorMessage":"x"}') as never;
  lambda
    .on(InvokeCommand)
    .resolves({ Payload, FunctionError: 'Unhandled', LogResult: Buffer.from('log').toString('base64') });
  expect(await functions.invoke('arn:f:4', {})).toEqual({
    payload: { errorMessage: 'x' },
    failed: true,
    logTail: 'log',
  });
});
