import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local-cloud/index.ts';

let root: string;
let running: LocalCloud[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'towpath-local-cloud-'));
  running = [];
});
afterEach(async () => {
  for (const cloud of running) await cloud.stop();
  await rm(root, { recursive: true, force: true });
});

async function start(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const cloud = await startLocalCloud({ folder: join(root, 'state'), ...options });
  running.push(cloud);
  return cloud;
}

async function stop(cloud: LocalCloud): Promise<void> {
  running = running.filter((each) => each !== cloud);
  await cloud.stop();
}

const ssm = ({ endpoint, region, credentials }: LocalCloud) => new SSMClient({ endpoint, region, credentials });

const template = {
  Parameters: { Stage: { Type: 'String', Default: 'dev' } },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Parameter: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: { 'Fn::Sub': '/${Stage}/queue' }, Type: 'String', Value: { Ref: 'Queue' } },
    },
  },
  Outputs: { Bucket: { Value: { Ref: 'Bucket' } }, Queue: { Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] } } },
};

describe('what it keeps', () => {
  test('a template and what was written survive a restart on another port', async () => {
    const first = await start({ template, parameters: { Stage: 'test' } });
    const read = async (cloud: LocalCloud, Name: string) =>
      (await ssm(cloud).send(new GetParameterCommand({ Name }))).Parameter?.Value;
    await ssm(first).send(new PutParameterCommand({ Name: '/mine', Type: 'String', Value: 'kept' }));
    expect(await read(first, '/test/queue')).toContain(`:${first.port}/`);
    await stop(first);
    const second = await start({ template, parameters: { Stage: 'test' } });
    expect(await read(second, '/mine')).toBe('kept');
    expect(await read(second, '/test/queue')).toContain(`:${second.port}/`);
    expect(second.outputs).toEqual(first.outputs);
    expect(second.outputs.Bucket).toMatch(/^local-bucket-[0-9a-f]{12}$/);
    expect(second.outputs.Queue).toMatch(/^local-Queue-[0-9a-f]{12}\.fifo$/);
  });

  test('two run side by side in one process and share nothing', async () => {
    const [one, two] = [await start({ folder: join(root, 'one') }), await start({ folder: join(root, 'two') })];
    await ssm(one).send(new PutParameterCommand({ Name: '/a', Type: 'String', Value: '1' }));
    await expect(ssm(two).send(new GetParameterCommand({ Name: '/a' }))).rejects.toThrow('not found');
  });

  test('/_local tells what the command line needs', async () => {
    const cloud = await start({ template });
    const told = await (await fetch(`${cloud.endpoint}/_local`)).json();
    expect(told).toEqual({
      endpoint: cloud.endpoint,
      accountId: '111122223333',
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret' },
      outputs: cloud.outputs,
      distributions: [],
    });
  });
});

describe('what keeps it from starting', () => {
  test('a port in use is named', async () => {
    const other = await new Promise<Server>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
    });
    const { port } = other.address() as AddressInfo;
    const error = await start({ port }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining(String(port)) });
    expect(error.remedy).toContain('another port');
    await new Promise((resolve) => other.close(resolve));
    // Nothing is left half-started: the same folder starts on the port that is free now.
    expect((await start({ port })).port).toBe(port);
  });

  test('a folder in use is named, and free again after a stop', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({
      code: 'FOLDER_IN_USE',
      message: expect.stringContaining(join(root, 'state')),
    });
    await stop(first);
    await start();
  });

  test('an unreadable state file is named', async () => {
    await stop(await start());
    const file = join(root, 'state', 'records.sqlite');
    await writeFile(file, 'this is no database, however long it may be '.repeat(200));
    const error = await start().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'STATE_UNREADABLE', message: expect.stringContaining(file) });
    expect(error.remedy).toMatch(/delete/);
  });

  test('a file where the folder should be is named', async () => {
    await writeFile(join(root, 'state'), '');
    await expect(start()).rejects.toMatchObject({
      code: 'STATE_UNREADABLE',
      message: expect.stringContaining('state'),
    });
  });

  test('a template with an unknown type ends it again', async () => {
    const Resources = { Network: { Type: 'AWS::EC2::VPC' } };
    await expect(start({ template: { Resources } })).rejects.toMatchObject({ code: 'RESOURCE_UNSUPPORTED' });
    await start();
  });
});
