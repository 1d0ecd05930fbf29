import { expect, test } from '@jest/globals';
import type { ReleaseRecord } from '../../../../domain/release.ts';
import type { Site } from '../../../../domain/site.ts';
import { type Ports, run } from '../../../../functions/invalidate/run.ts';
import { EARLIER_ID, manifestOf, pipelineState } from '../../../support/pipeline-state.ts';

const manifests: Record<string, object> = {
  [EARLIER_ID]: manifestOf({ 'public/a.txt': '1' }),
  [pipelineState().package.release]: manifestOf({ 'public/a.txt': '2' }),
};

interface World {
  pollsNeeded?: number;
  known?: string[];
  /** The release that the CDN was cleared for. */
  invalidatedRelease?: string | undefined;
}

function world(given: World = {}) {
  const { pollsNeeded = 0, known = Object.keys(manifests) } = given;
  const made: { reference: string; paths: string[] }[] = [];
  const site = { invalidatedRelease: 'invalidatedRelease' in given ? given.invalidatedRelease : EARLIER_ID };
  let polls = 0;
  const ports: Ports = {
    distributions: {
      invalidate: async (_, reference, paths) => {
        made.push({ reference, paths });
        return { id: 'I1', completed: pollsNeeded === 0 };
      },
      invalidation: async (_, id) => {
        polls += 1;
        return { id, completed: polls >= pollsNeeded };
      },
    },
    sites: {
      get: async () => site as Site,
      setInvalidated: async (_, release) => {
        site.invalidatedRelease = release;
      },
    },
    releases: {
      get: async (_, release) =>
        known.includes(release)
          ? ({ manifest: { bucket: 'b', key: release }, functions: [] } as unknown as ReleaseRecord)
          : undefined,
    },
    artifacts: { getText: async ({ key }) => JSON.stringify(manifests[key]) },
    sleep: async () => undefined,
  };
  return { ports, made, site };
}

test('clears what changed and waits for it', async () => {
  const { ports, made } = world({ pollsNeeded: 3 });

  const { output } = await run(pipelineState(), ports);

  expect(output).toEqual({ id: 'I1', paths: 3 });
  expect(made[0]?.paths).toEqual(['/_next/image*', '/a.txt', '/a.txt?*']);
});

test('a replay gives the same reference for the same paths', async () => {
  const { ports, made } = world();
  await run(pipelineState(), ports);
  await run(pipelineState(), ports);
  expect(made[0]?.reference).toBe(made[1]?.reference);
  expect(made[0]?.reference).toContain(pipelineState().deployment.id);
});

test('what takes longer fails under the name that its Retry waits on', async () => {
  const { ports } = world({ pollsNeeded: Number.POSITIVE_INFINITY });
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({ name: 'InvalidationInProgress', retryable: true });
});

test('nothing before means nothing to clear', async () => {
  const { ports, made } = world();
  const { output } = await run({ ...pipelineState(), update: { changed: true } }, ports);
  expect(output).toEqual({ paths: 0 });
  expect(made).toEqual([]);
});

test('a release before that is not known any more clears everything', async () => {
  const { ports, made } = world({ known: [pipelineState().package.release] });
  await run(pipelineState(), ports);
  expect(made[0]?.paths).toEqual(['/*']);
});

test.each([undefined, '01J0000000000000000000000A'])(
  'everything is cleared where a deployment in between failed before it had cleared anything: %s',
  async (invalidatedRelease) => {
    const { ports, made, site } = world({ invalidatedRelease });
    await run(pipelineState(), ports);
    expect(made[0]?.paths).toEqual(['/*']);
    expect(site.invalidatedRelease).toBe(pipelineState().package.release);
  },
);

test('what was not cleared is not noted as such', async () => {
  const { ports, site } = world({ pollsNeeded: Number.POSITIVE_INFINITY });
  await expect(run(pipelineState(), ports)).rejects.toThrow('still in progress');
  expect(site.invalidatedRelease).toBe(EARLIER_ID);
});

test('as many invalidations as CloudFront takes are waited for like one that takes long', async () => {
  const { ports } = world();
  const tooMany = Object.assign(new Error('Processing your request will cause you to exceed'), {
    name: 'TooManyInvalidationsInProgress',
  });
  ports.distributions.invalidate = () => Promise.reject(tooMany);
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({ name: 'InvalidationInProgress', retryable: true });
});
