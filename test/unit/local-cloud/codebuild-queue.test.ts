import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Environment } from '../../../local-cloud/service.ts';
import { processesWith } from '../../../local-cloud/services/codebuild/processes.ts';
import { openQueue } from '../../../local-cloud/services/codebuild/queue.ts';
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

test('a build that outlasts its time-out is TIMED_OUT and leaves no process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'towpath-queue-'));
  const environment = {
    folder,
    region: 'eu-west-1',
    now: Date.now,
    endpoint: () => 'http://127.0.0.1:1',
    call: async () => ({}),
    credentialsFor: async () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }),
    asRole: () => ({}),
    asService: () => ({}),
    log: () => {},
  } as unknown as Environment;
  const identity = { name: crypto.randomUUID(), number: 1, arn: 'arn', initiator: 'me', now: Date.now() };
  const build = { ...composeBuild(project, { projectName: 'site' }, identity), timeoutInMinutes: 5 };
  const over = await new Promise<BuildRecord>((resolve) => {
    const queue = openQueue(environment, (saved) => saved.buildComplete && resolve(saved), { timeoutHaste: 500 });
    queue.add(build);
  });
  expect(over.buildStatus).toBe('TIMED_OUT');
  expect(over.phases.find(({ phaseType }) => phaseType === 'BUILD')).toMatchObject({
    phaseStatus: 'TIMED_OUT',
    contexts: [{ statusCode: 'BUILD_TIMED_OUT' }],
  });
  expect(processesWith(`CODEBUILD_BUILD_ID=${build.id}`)).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});
