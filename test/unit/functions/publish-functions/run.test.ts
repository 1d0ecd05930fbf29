import { beforeEach, expect, test } from '@jest/globals';
import type { EdgeFunction } from '../../../../aws/functions.ts';
import { type Ports, run } from '../../../../functions/publish-functions/run.ts';
import { functionSettings } from '../../../../functions/publish-functions/settings.ts';
import { pipelineState } from '../../../support/pipeline-state.ts';

const NAME = 'towpath-dev-shop-main-default';
const ARN = `arn:aws:lambda:us-east-1:111122223333:function:${NAME}`;
const REGIONAL_ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:towpath-dev-shop-main-regen';
const { codeSha256 } = pipelineState().package.functions[0]!;
const settings = functionSettings('default', 'shop-main', pipelineState().site.functionRoleArn);

let calls: string[];
let latest: EdgeFunction | undefined;
let versions: EdgeFunction[];
let fenced: boolean;
let recorded: unknown[] | undefined;

const version = (number: string, sha: string, changed: object = {}): EdgeFunction => ({
  version: number,
  arn: `${ARN}:${number}`,
  codeSha256: sha,
  settings: { ...settings, ...changed },
});

const ports = (): Ports => {
  const call = (name: string) => async () => {
    calls.push(name);
  };
  const functions = {
    find: async () => latest,
    versions: async () => versions,
    create: call('create'),
    updateCode: call('updateCode'),
    updateSettings: call('updateSettings'),
    publish: async () => {
      calls.push('publish');
      return `${ARN}:7`;
    },
  };
  return {
    functions,
    regionalFunctions: {
      ...functions,
      publish: async (name) => {
        calls.push(`publish ${name}`);
        return `${REGIONAL_ARN}:3`;
      },
    },
    regeneration: {
      deadLetters: 'arn:aws:sqs:eu-west-1:111122223333:towpath-dev-regeneration-dead.fifo',
      queues: {
        ensure: async (name, { deadLetters, visibilityTimeout }) => {
          calls.push(`queue ${name} ${visibilityTimeout} ${deadLetters?.arn.split(':').at(-1)}`);
        },
      },
      eventSources: {
        ensureAlias: async (...alias) => {
          calls.push(`alias ${alias.join(' ')}`);
        },
        ensureQueue: async (arn, queue) => {
          calls.push(`source ${queue} → ${arn}`);
        },
      },
    },
    artifacts: { get: async () => Buffer.from('zip') },
    sites: { takeFence: async () => fenced },
    releases: {
      setPublished: async (...published) => {
        recorded = published;
      },
    },
    deployer: { stage: 'dev', accountId: '111122223333', region: 'eu-west-1' },
  };
};

beforeEach(() => {
  calls = [];
  latest = undefined;
  versions = [];
  fenced = true;
  recorded = undefined;
});

test('a new function is created and published', async () => {
  const { output, figures } = await run(pipelineState(), ports());

  expect(calls).toEqual(['create', 'publish']);
  expect(output).toEqual({ default: `${ARN}:7` });
  expect(figures).toEqual({ published: 1, reused: 0 });
  const { site, package: packaged } = pipelineState();
  expect(recorded).toEqual(['shop-main', packaged.release, { site, functions: output }]);
});

test('new code is uploaded, and settings only when they differ', async () => {
  latest = version('$LATEST', 'old');
  await run(pipelineState(), ports());
  expect(calls).toEqual(['updateCode', 'publish']);

  calls = [];
  latest = version('$LATEST', 'old', { memoryMegabytes: 128 });
  await run(pipelineState(), ports());
  expect(calls).toEqual(['updateCode', 'updateSettings', 'publish']);
});

test('after an upload that was not followed by a version, only the version is made', async () => {
  latest = version('$LATEST', codeSha256);
  await run(pipelineState(), ports());
  expect(calls).toEqual(['publish']);
});

test('an equal hash reuses the newest such version', async () => {
  latest = version('$LATEST', 'newer');
  versions = [version('1', codeSha256), version('2', codeSha256), version('3', 'newer')];

  const { output, figures } = await run(pipelineState(), ports());

  expect(calls).toEqual([]);
  expect(output).toEqual({ default: `${ARN}:2` });
  expect(figures).toEqual({ published: 0, reused: 1 });
});

test('an equal hash with other settings is another version', async () => {
  latest = version('$LATEST', codeSha256);
  versions = [version('1', codeSha256, { runtime: 'nodejs22.x' })];
  await run(pipelineState(), ports());
  expect(calls).toEqual(['publish']);
});

test('a site whose pages are rendered again gets its queue, and a regional function behind it', async () => {
  const state = pipelineState();
  state.package.functions = [{ ...state.package.functions[0]!, name: 'regeneration' }];

  const { output } = await run(state, ports());

  expect(output).toEqual({ regeneration: `${REGIONAL_ARN}:3` });
  const queue = 'towpath-dev-shop-main-regeneration.fifo';
  expect(calls).toEqual([
    'create',
    'publish towpath-dev-shop-main-regen',
    `queue ${queue} 360 towpath-dev-regeneration-dead.fifo`,
    'alias towpath-dev-shop-main-regen live 3',
    `source arn:aws:sqs:eu-west-1:111122223333:${queue} → ${REGIONAL_ARN}:live`,
  ]);
});

test('a static site has no functions', async () => {
  const state = pipelineState();
  state.package.functions = [];
  await expect(run(state, ports())).resolves.toMatchObject({ output: {} });
  expect(calls).toEqual([]);
});

test('a superseded deployment changes nothing', async () => {
  fenced = false;
  await expect(run(pipelineState(), ports())).rejects.toMatchObject({ name: 'SUPERSEDED' });
  expect(calls).toEqual([]);
});
