import { expect, test } from '@jest/globals';
import type { Site } from '../../../../domain/site.ts';
import { type Ports, run } from '../../../../functions/verify/run.ts';
import { manifestOf, pipelineState } from '../../../support/pipeline-state.ts';

const { release } = pipelineState().package;

function world(answers: (path: string, count: number) => { status: number; release?: string }, live = release) {
  const urls: string[] = [];
  const ports: Ports = {
    fetch: async (url) => {
      urls.push(String(url));
      const { pathname } = new URL(String(url));
      const { status, release: told } = answers(pathname, urls.length);
      return new Response('', { status, headers: told === undefined ? {} : { 'x-towpath-release': told } });
    },
    sites: { get: async () => ({ liveRelease: live }) as Site },
    artifacts: {
      getText: async () =>
        JSON.stringify(manifestOf({}, { pages: { '/about': { html: 'a.html', revalidate: false, status: 200 } } })),
    },
    siteUrlPattern: 'http://{domain}',
    sleep: async () => undefined,
  };
  return { ports, urls };
}

test('asks the site itself, past the cache', async () => {
  const { ports, urls } = world(() => ({ status: 200, release }));

  const { output } = await run(pipelineState(), ports);

  expect(output).toEqual({ url: 'http://d111.cloudfront.net', pages: 2 });
  expect(urls).toEqual([
    `http://d111.cloudfront.net/?towpath-verify=${release}-1`,
    `http://d111.cloudfront.net/about?towpath-verify=${release}-1`,
  ]);
});

test('an answer that is only late is waited for', async () => {
  const { ports } = world((_, count) => ({ status: 200, release: count <= 2 ? 'older' : release }));
  await expect(run(pipelineState(), ports)).resolves.toMatchObject({ output: { pages: 2 } });
});

test('a page that fails is named', async () => {
  const { ports } = world((path) => ({ status: path === '/about' ? 500 : 200, release }));
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({
    name: 'PAGES_BROKEN',
    message: '/about answers 500',
  });
});

test('another release that keeps answering fails', async () => {
  const { ports } = world(() => ({ status: 200, release: 'older' }));
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({
    name: 'WRONG_RELEASE_ANSWERS',
    message: expect.stringContaining('release older'),
  });
});

test('a release that is not live any more is not asked for', async () => {
  const { ports, urls } = world(() => ({ status: 200, release }), 'newer');
  await expect(run(pipelineState(), ports)).rejects.toMatchObject({ name: 'ROLLED_BACK' });
  expect(urls).toEqual([]);
});
