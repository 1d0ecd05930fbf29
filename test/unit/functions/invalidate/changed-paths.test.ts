import { expect, test } from '@jest/globals';
import type { Manifest } from '../../../../domain/release.ts';
import { changedPaths, type ReleaseContent } from '../../../../functions/invalidate/changed-paths.ts';
import { manifestOf } from '../../../support/pipeline-state.ts';

const release = (files: Record<string, string>, rest: Partial<Manifest> = {}, code = 'code-1'): ReleaseContent => ({
  manifest: manifestOf(files, rest),
  functionContents: rest.rendering === 'static' ? {} : { default: code },
});
const page = (name: string, rest: object = {}) => ({
  html: `${name}.html`,
  data: `${name}.json`,
  dataPath: `/_next/data/build-1/${name}.json`,
  revalidate: false as const,
  status: 200,
  ...rest,
});
const about = { pages: { '/about': page('about') } };

test('the first release clears nothing', () => {
  expect(changedPaths(undefined, release({ 'public/a.png': '1' }))).toEqual([]);
});

test('the same content again clears nothing', () => {
  const files = { 'public/a.png': '1', 'prerendered/about.html': 'h', 'static/_next/static/x.js': 's' };
  expect(changedPaths(release(files, about), release(files, about))).toEqual([]);
});

test('new hashed files clear nothing: nobody has asked for them yet', () => {
  expect(
    changedPaths(release({ 'static/_next/static/a.js': '1' }), release({ 'static/_next/static/b.js': '2' })),
  ).toEqual([]);
});

test('a page is its path, its path with any query, and the same of its data', () => {
  const before = release({ 'prerendered/about.html': 'h1', 'prerendered/about.json': 'd' }, about);
  const after = release({ 'prerendered/about.html': 'h2', 'prerendered/about.json': 'd' }, about);
  expect(changedPaths(before, after)).toEqual([
    '/_next/data/build-1/about.json',
    '/_next/data/build-1/about.json?*',
    '/about',
    '/about?*',
  ]);
});

test.each([
  ['base path', { basePath: '/docs' }, '/docs/about'],
  ['trailing slashes', { trailingSlash: true }, '/about/'],
])('with %s a page is where visitors ask for it', (_, rest, path) => {
  const pages = { '/about': { html: 'about.html', revalidate: false as const, status: 200 } };
  const of = (sha: string) => release({ 'prerendered/about.html': sha }, { pages, ...rest });
  expect(changedPaths(of('1'), of('2'))).toEqual([path, `${path}?*`]);
});

test('a page that came or went is cleared', () => {
  const files = { 'prerendered/about.html': 'h', 'prerendered/about.json': 'd' };
  const data = ['/_next/data/build-1/about.json', '/_next/data/build-1/about.json?*'];
  expect(changedPaths(release({}), release(files, about))).toEqual([...data, '/about', '/about?*']);
  expect(changedPaths(release(files, about), release({}))).toEqual([...data, '/about', '/about?*']);
});

test('a public file clears its optimized copies too', () => {
  const before = release({ 'public/logo.png': '1', 'public/a.txt': 'a' });
  const after = release({ 'public/logo.png': '2', 'public/a.txt': 'a' });
  expect(changedPaths(before, after)).toEqual(['/_next/image*', '/logo.png', '/logo.png?*']);
});

test('paths are encoded as CloudFront compares them', () => {
  const before = release({ 'public/über uns.txt': '1' });
  const after = release({ 'public/über uns.txt': '2' });
  expect(changedPaths(before, after)).toContain('/%C3%BCber%20uns.txt');
});

test.each([
  ['code of a function', release({}), release({}, {}, 'code-2')],
  ['a function more', release({}), { ...release({}), functionContents: { default: 'code-1', image: 'i' } }],
  ['another base path', release({}), release({}, { basePath: '/docs' })],
  ['another way of rendering', release({}), release({}, { rendering: 'static' })],
])('%s clears everything', (_, before, after) => {
  expect(changedPaths(before, after)).toEqual(['/*']);
});

test('above ten wildcards it is everything', () => {
  const files = (count: number, sha: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`public/${index}.txt`, sha]));
  const wildcards = changedPaths(release(files(9, '1')), release(files(9, '2'))).filter((path) => path.endsWith('*'));
  expect(wildcards).toHaveLength(10);
  expect(changedPaths(release(files(10, '1')), release(files(10, '2')))).toEqual(['/*']);
});

test('a page of a static site is asked for by its clean URLs too', () => {
  const site = (files: Record<string, string>) => release(files, { rendering: 'static', functions: [] });
  expect(changedPaths(site({ 'public/about.html': '1' }), site({ 'public/about.html': '2' }))).toEqual([
    '/about',
    '/about.html',
    '/about.html?*',
    '/about/',
    '/about/?*',
    '/about?*',
  ]);
  expect(changedPaths(site({ 'public/index.html': '1' }), site({ 'public/index.html': '2' }))).toEqual([
    '/',
    '/?*',
    '/index.html',
    '/index.html?*',
  ]);
  expect(changedPaths(site({ 'public/404.html': '1' }), site({ 'public/404.html': '2' }))).toEqual(['/*']);
});

test('by its rules, any file of a static site may answer anywhere', () => {
  const site = (sha: string): ReleaseContent => ({
    ...release({ 'public/index.html': sha }, { rendering: 'static' }),
    functionContents: { default: 'rules' },
  });
  expect(changedPaths(site('1'), site('2'))).toEqual(['/*']);
  expect(changedPaths(site('1'), site('1'))).toEqual([]);
});
