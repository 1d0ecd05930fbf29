import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Environment } from '../../../local-cloud/service.ts';
import { processesWith } from '../../../local-cloud/services/codebuild/processes.ts';
import { type BuildQueue, openQueue } from '../../../local-cloud/services/codebuild/queue.ts';
import type { BuildRecord, ProjectRecord } from '../../../local-cloud/services/codebuild/records.ts';
import { composeBuild } from '../../../local-cloud/services/codebuild/start-build.ts';

const project = {
  name: 'site',
  source: { type: 'NO_SOURCE', buildspec: 'version: 0.2\nphases: { build: { commands: ["sleep 300"] } }\n' },
  artifacts: { type: 'NO_ARTIFACTS' },
  environment: {},
  serviceRole: 'role',
  timeoutInMinutes: 60,
  queuedTimeoutInMinutes: 480,
} as unknown as ProjectRecord;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'towpath-queue-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Hooks {
  timeoutHaste?: number;
  /** Called with each phase that is over, before the build goes on. */
  phaseOver?: (phase: string, queue: BuildQueue) => void;
}

async function runToItsEnd({ timeoutHaste, phaseOver }: Hooks): Promise<BuildRecord> {
  const identity = { name: crypto.randomUUID(), number: 1, arn: 'arn', initiator: 'me', now: Date.now() };
  const build = { ...composeBuild(project, { projectName: 'site' }, identity), timeoutInMinutes: 5 };
  const call = async (_scope: string, operation: string, input: { Entries: { Detail: string }[] }) => {
    if (operation !== 'PutEvents') return {};
    phaseOver?.(JSON.parse(input.Entries[0]?.Detail ?? '{}')['completed-phase'], queue);
    return {};
  };
  const environment = {
    folder,
    region: 'eu-west-1',
    now: Date.now,
    endpoint: () => 'http://127.0.0.1:1',
    call,
    credentialsFor: async () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }),
    asRole: () => ({}),
    asService: () => ({}),
    log: () => {},
  } as unknown as Environment;
  const { promise: over, resolve } = Promise.withResolvers<BuildRecord>();
  const queue = openQueue(environment, (saved) => saved.buildComplete && resolve(saved), { timeoutHaste });
  queue.add(build);
  return over;
}

test('a build that outlasts its time-out is TIMED_OUT and leaves no process', async () => {
  const over = await runToItsEnd({ timeoutHaste: 500 });
  expect(over.buildStatus).toBe('TIMED_OUT');
  // BUILD, unless the machine is so slow that an earlier phase has used up the time.
  const late = over.phases.filter(({ phaseStatus }) => phaseStatus === 'TIMED_OUT');
  expect(late).toMatchObject([{ contexts: [{ statusCode: 'BUILD_TIMED_OUT' }] }]);
  expect(processesWith(`CODEBUILD_BUILD_ID=${over.id}`)).toEqual([]);
});

test('what ends a build between two phases is told by the one that it was about to enter', async () => {
  const over = await runToItsEnd({
    phaseOver: (phase, queue) => {
      if (phase === 'DOWNLOAD_SOURCE') void queue.close();
    },
  });
  expect(over.buildStatus).toBe('FAILED');
  expect(over.phases.at(-3)).toMatchObject({
    phaseType: 'INSTALL',
    phaseStatus: 'FAILED',
    contexts: [{ statusCode: 'INTERNAL_SERVICE_ERROR', message: 'The local cloud ended while this build ran.' }],
  });
});
