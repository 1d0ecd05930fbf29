/**
 * The CDN never mixes visitors: every address of a site is asked for by visitors who differ, one after the other and in the
 * opposite order, through the local CDN with its cache on. Each has to get what an origin without any cache gives to him.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EdgeContent } from '../../../domain/routing.ts';
import { addressesOf, addressIn } from './addresses.ts';
import { type CdnSite, startCdnSite } from './cdn-site.ts';
import { cookiesOf, type Example, get } from './example.ts';
import type { Answer, Ask } from './http.ts';
import { POISON } from './poison.ts';

type Headers = Record<string, string>;

/** Hundreds of requests on a machine that may be busy, in milliseconds. */
const TIMEOUT = 300_000;

export interface Visits {
  /** Cookies that some page of the example looks at, in two values each. */
  cookies?: [string, string];
  /** Further addresses: rewrites, redirects, queries. */
  addresses?: string[];
  /** Tells what the edge runtime has cached, and by POST revalidates it. */
  cachedOnTheEdge?: string;
  /** Turns preview or draft mode on. */
  preview?: string;
  /** Ends of addresses whose parts come in no certain order: of those, the words are compared. */
  unordered?: string[];
  /** Ends of addresses that `next start` answers otherwise, and how. */
  unlikeNext?: Record<string, string>;
  /** Whether data is asked for as Next's client does, with a header that Next before 15 needs beside middleware and locales. */
  asClient?: boolean;
}

const FLIGHT: Headers = { rsc: '1', 'next-router-prefetch': '1', 'next-url': '/' };

interface Visitor {
  who: string;
  headers: Headers;
  /** What else he sends that should make no difference. */
  poison?: Headers;
}

function visitorsOf({ manifest }: Example, { cookies = ['a=1', 'a=2'] }: Visits, previewing: string): Visitor[] {
  const { i18n } = EdgeContent.parse(manifest.edge);
  const [one = 'en', other = 'fr'] = i18n?.locales ?? [];
  return [
    { who: 'nobody in particular', headers: {} },
    { who: 'one with cookies', headers: { cookie: cookies[0], 'accept-language': one } },
    { who: 'one with other cookies', headers: { cookie: cookies[1], 'accept-language': one } },
    { who: 'one of another language', headers: { 'accept-language': `${other},${one};q=0.5` } },
    { who: 'one who chose a language', headers: { cookie: `NEXT_LOCALE=${other}`, 'accept-language': one } },
    { who: 'one on another host', headers: { host: i18n?.domains?.at(-1)?.domain ?? 'other.example' } },
    { who: 'a data request', headers: { 'x-nextjs-data': '1' } },
    { who: 'a flight request', headers: FLIGHT },
    { who: 'one who guesses preview cookies', headers: { cookie: '__prerender_bypass=1; __next_preview_data=1' } },
    ...(previewing ? [{ who: 'one in preview mode', headers: { cookie: previewing } }] : []),
    { who: 'one who poisons', headers: {}, poison: POISON },
  ];
}

const COMPARED = ['content-type', 'location', 'x-action-redirect', 'x-nextjs-redirect', 'x-nextjs-rewrite'];

function comparable({ status, headers, body }: Answer, normalize: (body: string) => string) {
  const cookies = (headers['set-cookie'] ?? []).map((cookie) => cookie.replace(/^(__\w+)=[^;]*/, '$1=…')).sort();
  const compared = Object.fromEntries(COMPARED.map((name) => [name, headers[name]]));
  return { status, ...compared, cookies, body: normalize(body.toString('latin1')) };
}

const isHit = ({ headers }: Answer) => headers['x-cache']?.[0]?.startsWith('Hit') ?? false;

type View = ReturnType<typeof comparable>;

const wordsOf = (body: string) => [...new Set(body.split(/\W+/))].sort().join(' ');
const endsIn = (address: string, ends: Iterable<string>) => [...ends].some((end) => address.endsWith(end));

/** A whole page twice in a failure's message would hide where they differ. */
function aroundDifference({ body }: View, other: View): string {
  const at = [...body].findIndex((letter, index) => letter !== other.body[index]);
  return at < 0 ? body.slice(0, 100) : body.slice(Math.max(0, at - 40), at + 100);
}

interface Seen {
  hits: number;
  /** Addresses that answer some visitors otherwise than others. */
  differences: number;
}

/** Where the local CDN's visitors are. */
const countryTold = ({ manifest }: Example): Headers =>
  manifest.seesCountry ? { 'cloudfront-viewer-country': 'US' } : {};

/** A query of its own gives each order a cold cache. */
const ORDERS = { 'one after the other': 'oneway', 'the other way round': 'goback' };
const inFirstOrder = (text: string) => text.replaceAll(ORDERS['the other way round'], ORDERS['one after the other']);

/** What the uncached origin answers, who never has to be asked the same twice. By address and headers. */
type Origin = Map<string, Promise<Answer>>;

function askOrigin(origin: Origin, example: Example, asked: Ask): Promise<Answer> {
  const key = JSON.stringify(asked);
  const known = origin.get(key) ?? example.edge.ask(asked);
  origin.set(key, known);
  return known;
}

/** Asks the uncached origin for what the visitor sends of his own, and the CDN for all that he sends. */
async function visit(
  { target, isUnordered }: { target: string; isUnordered: boolean },
  { who, headers, poison }: Visitor,
  example: Example,
  { cdn, origin }: { cdn: CdnSite; origin: Origin },
  seen: Seen,
) {
  // Without one, CloudFront would say its own.
  const sent = { 'user-agent': 'visitor', ...headers };
  const ofOrigin = { method: 'GET', target: inFirstOrder(target), headers: { ...sent, ...countryTold(example) } };
  const [unkept, answer] = await Promise.all([
    askOrigin(origin, example, ofOrigin),
    cdn.ask({ method: 'GET', target, headers: { ...sent, ...poison } }),
  ]);
  const normalize = (body: string) => (isUnordered ? wordsOf(example.normalize(body)) : example.normalize(body));
  const expected = comparable(unkept, normalize);
  const seenByVisitor = comparable(answer, (body) => normalize(inFirstOrder(body)));
  const answered = JSON.parse(inFirstOrder(JSON.stringify(seenByVisitor))) as View;
  const about = { target, who };
  expect({ ...about, ...answered, body: aroundDifference(answered, expected) }).toEqual({
    ...about,
    ...expected,
    body: aroundDifference(expected, answered),
  });
  if (expected.cookies.length > 0) expect({ ...about, isHit: isHit(answer) }).toEqual({ ...about, isHit: false });
  if (isHit(answer)) seen.hits++;
  return JSON.stringify(expected);
}

export function describeBehindCdn(exampleOf: () => Example, visits: Visits = {}): void {
  describe('behind the CDN', () => {
    let example: Example;
    let cdn: CdnSite;
    let addresses: string[];
    let visitors: Visitor[];
    const { unordered = [] } = visits;
    const seen: Seen = { hits: 0, differences: 0 };
    const origin: Origin = new Map();

    beforeAll(async () => {
      example = exampleOf();
      cdn = await startCdnSite(example.bundle, example.variables);
      const at = (address: string) => addressIn(example.manifest, address);
      addresses = [...addressesOf(example.manifest), ...(visits.addresses ?? []).map(at)];
      const previewing = visits.preview ? cookiesOf(await cdn.ask(get(at(visits.preview)))) : '';
      if (visits.preview) expect(previewing).not.toBe('');
      visitors = visitorsOf(example, visits, previewing);
    }, TIMEOUT);

    afterAll(() => cdn?.stop());

    test(
      'every address is answered as `next start` does',
      async () => {
        const differences: string[] = [];
        const incomparable = [...unordered, ...Object.keys(visits.unlikeNext ?? {}), ...example.unlikeNext];
        const { i18n } = EdgeContent.parse(example.manifest.edge);
        const hosts: Headers[] = [{}, ...(i18n?.domains ?? []).map(({ domain }) => ({ host: domain }))];
        for (const [target, host] of addresses.flatMap((address) => hosts.map((host) => [address, host] as const))) {
          const isOfClient = visits.asClient && target.includes('/_next/data/');
          const headers: Headers = { ...(isOfClient ? { 'x-nextjs-data': '1' } : {}), ...host };
          const asked = { method: 'GET', target, headers };
          const isComparable = !endsIn(target, incomparable);
          if (isComparable) await example.expectAlike(asked).catch((error) => differences.push(error.message));
          else await example.edge.ask(asked);
          // The CDN's site has to know each page that was made on demand, as the other two now do.
          await cdn.ask(asked);
        }
        expect(differences).toEqual([]);
      },
      TIMEOUT,
    );

    test.each(Object.entries(ORDERS))(
      'visitors are never mixed: %s',
      async (order, value) => {
        const inTurn = order === 'one after the other' ? visitors : visitors.toReversed();
        for (const address of addresses) {
          const target = `${address}${address.includes('?') ? '&' : '?'}order=${value}`;
          const expected = new Set<string>();
          const place = { target, isUnordered: endsIn(address, unordered) };
          for (const visitor of [...inTurn, inTurn[0] as Visitor])
            expected.add(await visit(place, visitor, example, { cdn, origin }, seen));
          if (expected.size > 1) seen.differences++;
        }
      },
      TIMEOUT,
    );

    test('there was something to mix: the cache answered, and visitors had different answers', () => {
      expect(seen.hits).toBeGreaterThan(0);
      expect(seen.differences).toBeGreaterThan(0);
    });

    const { cachedOnTheEdge: cached } = visits;
    if (cached !== undefined)
      test('what the edge runtime caches is one for all functions of the site, until its tag is revalidated', async () => {
        const target = addressIn(example.manifest, cached);
        const { body } = await example.expectAlike(get(target));
        const [time = ''] = /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(body.toString()) ?? [];
        const { objects } = example.edge.bucket;
        const kept = [...objects].filter(([key, object]) => key.includes('/cache/') && object.body.includes(time));
        expect([time === '', kept.length]).toEqual([false, 1]);

        const seen = async () => (await cdn.ask(get(target))).body.toString();
        const first = await seen();
        expect(await seen()).toBe(first);
        expect((await cdn.ask({ method: 'POST', target })).status).toBe(204);
        expect(await seen()).not.toBe(first);
      });

    test('a request body that CloudFront cuts at 1 MB is refused', async () => {
      const body = Buffer.alloc(1_100_000, 'a');
      const { status, headers } = await cdn.ask({ method: 'POST', target: addresses[0] as string, body });
      expect([status, headers['x-towpath-error']]).toEqual([413, ['REQUEST_TOO_LARGE']]);
    });
  });
}
