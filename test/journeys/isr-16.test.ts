/** Next.js 16: stale pages, tags and on-demand revalidation of both routers, through queue, table, bucket and CDN. With counts. */
import { join } from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { messageOf } from '../../edge/isr/queue.ts';
import { APP_ROOT_16, CLOCK_SECONDS, isrApp16 } from '../support/isr-app-16.ts';
import { type IsrSite, justStale, openIsrSite, renderedAt } from '../support/isr-site.ts';
import { beginJourney, type Deployed, deployFolder, type Journey, makeRepository } from '../support/journey.ts';
import { until } from '../support/until.ts';

const TIMEOUT = 180_000;
/** Readers of a page that has just gone stale. */
const READERS = 500;
const FLIGHT = { rsc: '1' };
const NEXT = 'LambdaGeneratedResponse from cloudfront';

let journey: Journey;
let deployed: Deployed;
let site: IsrSite;

beforeAll(async () => {
  journey = await beginJourney();
  const repository = await makeRepository(join(journey.folder, 'clocks'), isrApp16());
  deployed = await deployFolder(journey, join(repository, APP_ROOT_16), { app: 'clocks' });
  site = openIsrSite(journey, deployed, 'clocks-main');
}, 600_000);

afterAll(() => journey?.end());

const cdn = (answer: Response) => answer.headers.get('x-cache')?.split(' ')[0];
/** Of the page's HTML, or of its flight data. */
const timeIn = (text: string) => /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(text)?.[0] ?? '';
const read = async (path: string, headers: Record<string, string> = {}) =>
  timeIn(await (await site.get(path, headers)).text());
/** Asked for twice, so that the CDN has it. */
async function warm(path: string): Promise<string> {
  const seen = await read(path);
  const again = await site.get(path);
  expect([path, cdn(again), timeIn(await again.text())]).toEqual([path, 'Hit', seen]);
  return seen;
}
const newer = (path: string, than: string) =>
  until(async () => {
    const seen = await read(path);
    return seen > than && seen;
  });

test('the site goes live', () => {
  expect({ status: deployed.status, shown: deployed.status === 'succeeded' ? [] : deployed.shown }).toEqual({
    status: 'succeeded',
    shown: [],
  });
});

describe('a page of the app router that has gone stale', () => {
  test(
    `answers ${READERS} readers at once with what there is, is rendered once, and is fresh next`,
    async () => {
      await justStale(() => read('/clock'), CLOCK_SECONDS);
      const before = (await site.handled('/clock')).length;
      const current = await read('/clock');
      const burst = await Promise.all(
        Array.from({ length: READERS }, async (_, reader) => {
          const headers: Record<string, string> = reader % 3 === 0 ? FLIGHT : {};
          const answer = await (reader % 2 === 0 ? site.get('/clock', headers) : site.uncached('/clock', headers));
          return { status: answer.status, by: answer.headers.get('x-cache'), seen: timeIn(await answer.text()) };
        }),
      );
      const fresh = await newer('/clock', current);
      expect(burst.filter(({ status, by }) => status !== 200 || by === NEXT)).toEqual([]);
      // Nobody saw anything but the copy before and the one after.
      expect(burst.filter(({ seen }) => seen !== current && seen !== fresh)).toEqual([]);
      expect((await site.handled('/clock')).slice(before)).toEqual([
        expect.objectContaining({ message: 'page regenerated', outcome: 'written' }),
      ]);
    },
    TIMEOUT,
  );

  test(
    'its flight data and segments are of the same render',
    async () => {
      const segment = { ...FLIGHT, 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/clock/__PAGE__' };
      // The CDN forgets its copies of a page that has gone stale one after the other, within a second.
      const ofSegment = await until(async () => {
        const seen = await read('/clock');
        const flight = await read('/clock', FLIGHT);
        const answer = await site.uncached('/clock', segment);
        return flight === seen && timeIn(await answer.text()) === seen && answer;
      });
      expect([ofSegment.status, ofSegment.headers.get('x-cache')]).toEqual([200, 'Miss from cloudfront']);
    },
    TIMEOUT,
  );

  test(
    'two pages of the same bytes are both rendered, though nobody may add a third',
    async () => {
      await until(async () => {
        await Promise.all([site.uncached('/twins/left'), site.uncached('/twins/right')]);
        const both = await Promise.all(['/twins/left', '/twins/right'].map((key) => site.regenerations(key)));
        return both.every((lines) => lines.length > 0);
      });
      expect((await site.get('/twins/middle')).status).toBe(404);
    },
    TIMEOUT,
  );

  test(
    'stays when rendering throws, and the message is tried three times',
    async () => {
      const built = await read('/stuck');
      await until(async () => (await site.handled('/stuck')).length >= 3);
      expect((await site.handled('/stuck')).map(({ message, attempt }) => [message, attempt])).toEqual(
        [1, 2, 3].map((attempt) => ['page not regenerated', attempt]),
      );
      const answer = await site.uncached('/stuck');
      expect([answer.status, timeIn(await answer.text())]).toEqual([200, built]);
    },
    TIMEOUT,
  );

  test(
    'an older render never replaces a newer one',
    async () => {
      const Bucket = site.names.bucket;
      const prefix = `releases/${deployed.releaseId}/isr/pubs/fox`;
      const { Metadata } = await site.s3.send(new HeadObjectCommand({ Bucket, Key: `${prefix}.html` }));
      const future = Date.now() + 3_600_000;
      const later = { ...Metadata, 'towpath-generated-at': String(future) };
      for (const part of ['.html', '.rsc', '.entry']) {
        const put = { Bucket, Key: prefix + part, Body: '{"later":true}', ContentType: 'text/html', Metadata: later };
        await site.s3.send(new PutObjectCommand(put));
      }
      await site.send(messageOf({ release: String(deployed.releaseId), key: '/pubs/fox', generatedAt: future }));
      const [line] = await until(async () => {
        const lines = await site.regenerations('/pubs/fox');
        return lines.length > 0 && lines;
      });
      expect(line).toMatchObject({ key: '/pubs/fox' });
      expect(await (await site.uncached('/pubs/fox')).text()).toBe('{"later":true}');
    },
    TIMEOUT,
  );
});

describe('a page that nobody knew of', () => {
  test.each([
    ['/pubs/heron', 200],
    ['/pubs/closed', 404],
    ['/pubs/old', 307],
  ])(
    '%s is rendered for its first reader, and S3 has it for the next',
    async (path, status) => {
      const answers = [await site.uncached(path), await site.uncached(path), await site.uncached(path, FLIGHT)];
      expect(answers.map((answer) => answer.headers.get('x-cache')?.split(' ')[0])).toEqual([
        'LambdaGeneratedResponse',
        ...Array(2).fill(status === 404 ? 'Error' : 'Miss'),
      ]);
      const [first = '', second = '', flight = ''] = await Promise.all(answers.map((answer) => answer.text()));
      expect([answers[0]?.status, answers[1]?.status]).toEqual([status, status]);
      expect(second).toBe(first);
      expect(timeIn(flight)).toBe(timeIn(first));
    },
    TIMEOUT,
  );

  test(
    'with fallback: true, its shell is shown until the data was asked for, then the page; and it grows stale',
    async () => {
      const shell = await (await site.uncached('/walks/hill')).text();
      expect(renderedAt(shell)).toBe('');
      const buildId = /"buildId":"([^"]+)"/.exec(shell)?.[1];
      const data = await (await site.get(`/_next/data/${buildId}/walks/hill.json`)).text();
      const page = await until(async () => {
        const seen = await read('/walks/hill');
        return seen !== '' && seen;
      });
      expect(page >= timeIn(data)).toBe(true);
      await newer('/walks/hill', page);
    },
    TIMEOUT,
  );
});

/** What was in the CDN's copy, and what a reader past it sees at once. CloudFront takes its time to forget. */
async function afterwards(path: string, act: () => Promise<unknown>) {
  const before = await warm(path);
  await act();
  return { before, next: timeIn(await (await site.uncached(path)).text()) };
}

const done = async (path: string) => expect((await site.get(path)).status).toBe(200);

describe('revalidated on demand', () => {
  test.each([
    ['revalidatePath', '/news', '/do/path?path=/news'],
    ['revalidatePath of a layout', '/news', '/do/path?path=/&type=layout'],
    ['revalidateTag without a profile', '/news', '/do/tag?tag=news'],
    ['revalidateTag with { expire: 0 }', '/news', '/do/tag?tag=news&profile=now'],
    ['revalidateTag of `use cache`', '/quote', '/do/tag?tag=quote&profile=now'],
  ])(
    '%s: the very next reader of %s sees a new page, and so does the warm CDN',
    async (_, path, call) => {
      const { before, next } = await afterwards(path, () => done(call));
      expect(next > before).toBe(true);
      expect(await newer(path, before)).toBe(next);
      expect(await warm(path)).toBe(next);
    },
    TIMEOUT,
  );

  test(
    "revalidateTag with 'max': the next reader sees the page of before, and those after a new one",
    async () => {
      const { before, next } = await afterwards('/news', () => done('/do/tag?tag=news&profile=max'));
      expect(next).toBe(before);
      await newer('/news', before);
    },
    TIMEOUT,
  );

  test(
    'data that pages rendered for each request share is new as well',
    async () => {
      const before = await until(async () => {
        const seen = await read('/ticker');
        return (await read('/ticker')) === seen && seen;
      });
      await done('/do/tag?tag=news&profile=now');
      const after = await read('/ticker');
      expect(after > before).toBe(true);
      expect(await read('/ticker')).toBe(after);
    },
    TIMEOUT,
  );

  test(
    'updateTag in a server action',
    async () => {
      const action = /name="(\$ACTION_ID_[0-9a-f]+)"/.exec(await (await site.get('/desk')).text())?.[1] ?? '';
      const { before, next } = await afterwards('/news', async () => {
        const body = new FormData();
        body.set(action, '');
        const headers = { origin: deployed.url ?? '' };
        const answer = await fetch(`${deployed.url}/desk`, { method: 'POST', body, redirect: 'manual', headers });
        expect(answer.status).toBeLessThan(400);
      });
      expect(next > before).toBe(true);
    },
    TIMEOUT,
  );

  test.each([
    ['/paper', 'paper'],
    ['/', 'index'],
  ])(
    'res.revalidate(%j) in an API route: page and data are new when it returns',
    async (path, data) => {
      const { before, next } = await afterwards(path, () => done(`/api/refresh?path=${path}`));
      expect(next > before).toBe(true);
      expect(await newer(path, before)).toBe(next);
      const buildId = /"buildId":"([^"]+)"/.exec(await (await site.get(path)).text())?.[1];
      expect(timeIn(await (await site.get(`/_next/data/${buildId}/${data}.json`)).text())).toBe(next);
    },
    TIMEOUT,
  );

  test(
    'too much at once is everything, once',
    async () => {
      await warm('/draft');
      await Promise.all(Array.from({ length: 60 }, (_, index) => site.get(`/do/path?path=/none/${index}`)));
      await until(async () =>
        (await site.linesOf('regeneration')).some(({ message }) => message === 'everything invalidated at the CDN'),
      );
      await until(async () => cdn(await site.get('/draft')) !== 'Hit');
    },
    TIMEOUT,
  );
});

test(
  'draft mode is of one visitor alone, through the warm CDN',
  async () => {
    await warm('/draft');
    const on = await site.get('/do/draft?on=1');
    const cookie = (on.headers.getSetCookie()[0] ?? '').split(';')[0] as string;
    expect(cookie).toMatch(/^__prerender_bypass=/);
    for (const order of [
      [cookie, ''],
      ['', cookie],
    ]) {
      for (const sent of order) {
        const answer = await site.get('/draft', sent ? { cookie: sent } : {});
        expect(await answer.text()).toContain(sent ? 'draft' : 'published');
        if (sent) expect(answer.headers.get('cache-control')).toBe('private, no-store');
      }
    }
    const first = await read('/draft', { cookie });
    expect(await read('/draft', { cookie })).not.toBe(first);
  },
  TIMEOUT,
);
