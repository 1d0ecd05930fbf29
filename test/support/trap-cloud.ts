/** What the tests of AWS's traps share: a local cloud in a temporary folder, a role that may do everything, a small function. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach } from '@jest/globals';
import { type LocalCloud, startLocalCloud, type Traps } from '../../local-cloud/index.ts';
import type { Caller } from '../../local-cloud/service.ts';
import { zipOf } from './lambda-package.ts';

export interface TrapCloud {
  folder: string;
  cloud: LocalCloud;
  /** Starts it; what is answered is spread into any SDK client's configuration. */
  start(traps?: Traps): Promise<{ endpoint: string; region: string; credentials: LocalCloud['credentials'] }>;
  stop(): Promise<void>;
}

/** One for each test of a file: nothing runs before `start`, and what runs ends with the test. */
export function eachTrapCloud(): TrapCloud {
  let running: LocalCloud | undefined;
  const one: TrapCloud = {
    folder: '',
    get cloud() {
      if (!running) throw new Error('start the local cloud first');
      return running;
    },
    async start(traps) {
      running = await startLocalCloud({ folder: one.folder, traps });
      const { endpoint, region, credentials } = running;
      return { endpoint, region, credentials };
    },
    async stop() {
      await running?.stop();
      running = undefined;
      await rm(one.folder, { recursive: true, force: true });
    },
  };
  beforeEach(async () => {
    one.folder = await mkdtemp(join(tmpdir(), 'towpath-traps-'));
  });
  afterEach(() => one.stop());
  return one;
}

export const root: Caller = { accountId: '111122223333', arn: 'arn:aws:iam::111122223333:root', region: 'us-east-1' };

export const allow = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

export async function createRole(
  settings: ConstructorParameters<typeof IAMClient>[0],
  RoleName = 'edge',
): Promise<string> {
  const client = new IAMClient(settings ?? {});
  const Service = ['lambda.amazonaws.com', 'edgelambda.amazonaws.com', 'states.amazonaws.com'];
  const document = allow({ Principal: { Service }, Action: 'sts:AssumeRole' });
  const { Role } = await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document }));
  const PolicyDocument = allow({ Action: '*', Resource: '*' });
  await client.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }));
  return Role!.Arn!;
}

export const functionCode = async () => ({
  Runtime: 'nodejs24.x' as const,
  Handler: 'index.handler',
  Code: { ZipFile: await zipOf({ 'index.mjs': 'export const handler = async () => 1;' }) },
});
