import { expect, test } from '@jest/globals';
import { type Answer, checksOf, judge } from '../../../../functions/verify/checks.ts';
import { manifestOf } from '../../../support/pipeline-state.ts';

const page = (status = 200) => ({ html: 'x.html', revalidate: false as const, status });

test('a rendered site: its root, and pages that are no error pages', () => {
  const pages = { '/about': page(), '/404': page(404), '/': page(), '/blog/one': page() };
  expect(checksOf(manifestOf({}, { pages }))).toEqual([{ path: '/' }, { path: '/about' }, { path: '/blog/one' }]);
  expect(checksOf(manifestOf({}, { pages, basePath: '/docs', trailingSlash: true }))).toEqual([
    { path: '/docs/' },
    { path: '/docs/about/' },
    { path: '/docs/blog/one/' },
  ]);
});

test('never more than ten', () => {
  const pages = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`/p${index}`, page()]));
  expect(checksOf(manifestOf({}, { pages }))).toHaveLength(10);
});

test('a static site: its documents by their content', () => {
  const files = { 'public/about.html': 'h2', 'public/index.html': 'h1', 'public/404.html': 'h3', 'public/a.js': 'h4' };
  expect(checksOf(manifestOf(files, { rendering: 'static' }))).toEqual([
    { path: '/', sha256: 'h1' },
    { path: '/about.html', sha256: 'h2' },
  ]);
});

const answer = (rest: Partial<Answer>): Answer => ({ path: '/', status: 200, release: 'R', bodySha256: 'h', ...rest });

test.each<[string, object, Partial<Answer>, string | undefined]>([
  ['the release itself', {}, {}, undefined],
  ['a redirect of the release', {}, { status: 307 }, undefined],
  ['another release', {}, { release: 'Q' }, 'wrong-release'],
  ['no release', {}, { release: null }, 'wrong-release'],
  ['an error', {}, { status: 502 }, 'broken'],
  ['the right content', { sha256: 'h' }, { release: null }, undefined],
  ['other content', { sha256: 'h' }, { bodySha256: 'i' }, 'wrong-release'],
  ['a missing document', { sha256: 'h' }, { status: 404 }, 'wrong-release'],
])('judges %s', (_, check, given, kind) => {
  // Only a function tells its release.
  const told = 'sha256' in check ? { release: null, ...given } : given;
  expect(judge({ path: '/', ...check }, answer(told), 'R')?.kind).toBe(kind);
});
