/** The examples of Amplify's guide: https://docs.aws.amazon.com/amplify/latest/userguide/redirect-rewrite-examples.html */
import { describe, expect, test } from '@jest/globals';
import { compileRule, firstRule, type RewriteRule, type Visited } from '../../../domain/rewrites.ts';

const SPA = '</^[^.]+$|\\.(?!(css|gif|ico|jpg|js|png|txt|svg|woff|woff2|ttf|map|json|webp)$)([^.]+$)/>';

const rule = (source: string, target: string, status: RewriteRule['status'], country?: string): RewriteRule => ({
  source,
  target,
  status,
  ...(country && { country }),
});

/** e.g. `301 /documents/a?x=1`, `rewrite /index.html`, `proxy https://…` */
function visit(
  rules: RewriteRule[],
  address: string,
  { country, missing = false }: { country?: string; missing?: boolean } = {},
) {
  const url = new URL(address, 'https://site.example');
  const visited: Visited = {
    host: url.host,
    path: url.pathname,
    query: url.search.slice(1),
    ...(country && { country }),
  };
  const { outcome } = firstRule(rules.map(compileRule), visited, missing);
  if (!outcome) return undefined;
  if (outcome.kind === 'redirect') return `${outcome.status} ${outcome.location}`;
  if (outcome.kind === 'proxy') return `proxy ${outcome.url}`;
  return `rewrite ${outcome.path}${outcome.query && `?${outcome.query}`}`;
}

describe('simple redirects and rewrites', () => {
  test.each([
    [rule('/original.html', '/destination.html', '301'), '/original.html', '301 /destination.html'],
    [rule('/original.html', '/destination.html', '301'), '/original.htm', undefined],
    [rule('/docs/<*>', '/documents/<*>', '301'), '/docs/a/b.html', '301 /documents/a/b.html'],
    [rule('/docs/<*>', '/documents/<*>', '301'), '/documents/a', undefined],
    [rule('/<*>', '/index.html', '200'), '/anything/at/all', 'rewrite /index.html'],
    [
      rule('https://mydomain.com', 'https://www.mydomain.com', '200'),
      'https://mydomain.com/a',
      'proxy https://www.mydomain.com/a',
    ],
    [
      rule('https://mydomain.com', 'https://www.mydomain.com/documents/', '302'),
      'https://MYDOMAIN.com/a?b=1',
      '302 https://www.mydomain.com/documents/a?b=1',
    ],
    [rule('https://mydomain.com', 'https://www.mydomain.com', '302'), 'https://other.com/', undefined],
    [
      rule('/images/<*>', 'https://images.otherdomain.com/<*>', '200'),
      '/images/a.png?w=1',
      'proxy https://images.otherdomain.com/a.png?w=1',
    ],
    [rule('/articles', '/articles/', '301'), '/articles', '301 /articles/'],
    [rule('/über uns', '/about', '301'), '/%C3%BCber%20uns', '301 /about'],
  ])('%j for %s', (one, address, expected) => expect(visit([one], address)).toBe(expected));

  test('what is not there, and only that', () => {
    const missing = [rule('/<*>', '/404.html', '404')];
    expect(visit(missing, '/a')).toBeUndefined();
    expect(visit(missing, '/a', { missing: true })).toBe('rewrite /404.html');
    expect(visit([rule('/<*>', '/index.html', '404-200')], '/a', { missing: true })).toBe('rewrite /index.html');
  });
});

test('single page apps: addresses without the extension of a file', () => {
  expect(visit([rule(SPA, '/index.html', '200')], '/profile/me')).toBe('rewrite /index.html');
  expect(visit([rule(SPA, '/index.html', '200')], '/a.page')).toBe('rewrite /index.html');
  expect(visit([rule(SPA, '/index.html', '200')], '/app.js')).toBeUndefined();
});

test('placeholders', () => {
  const dated = rule('/docs/<year>/<month>/<date>/<itemid>', '/articles/<year>/<month>/<date>/<itemid>', '301');
  expect(visit([dated], '/docs/2026/11/25/one')).toBe('301 /articles/2026/11/25/one');
  expect(visit([dated], '/docs/2026/11/25')).toBeUndefined();
  expect(visit([dated], '/docs/2026/11/25/one/two')).toBeUndefined();
  const levels = rule('/documents/<folder>/<child-folder>/<grand-child-folder>', '/documents/index.html', '404');
  expect(visit([levels], '/documents/a/b/c', { missing: true })).toBe('rewrite /documents/index.html');
});

test('query strings go on with redirects, unless the source asks for one or the target has its own', () => {
  const byId = rule('/docs?id=<my-blog-id-value>', '/documents/<my-blog-id-value>', '301');
  expect(visit([byId], '/docs?id=7')).toBe('301 /documents/7');
  expect(visit([byId], '/docs?x=1&id=7')).toBe('301 /documents/7');
  expect(visit([byId], '/docs')).toBeUndefined();
  expect(visit([rule('/docs?id=7', '/seven', '302')], '/docs?id=8')).toBeUndefined();
  expect(visit([rule('/a', '/b', '302')], '/a?x=1&y=2')).toBe('302 /b?x=1&y=2');
  expect(visit([rule('/a', '/b?z=3', '302')], '/a?x=1')).toBe('302 /b?z=3');
});

test('a redirect to another host is for all hosts but that one', () => {
  const canonical = [rule('/<*>', 'https://www.example.com/<*>', '301'), rule('/a', '/b', '302')];
  expect(visit(canonical, 'https://example.com/a?x=1')).toBe('301 https://www.example.com/a?x=1');
  expect(visit(canonical, 'https://www.example.com/a?x=1')).toBe('302 /b?x=1');
  expect(visit(canonical, 'https://www.example.com/')).toBeUndefined();
  expect(visit([rule('/', 'https://WWW.example.com?x=1', '301')], 'https://www.example.com/?x=1')).toBeUndefined();
  expect(visit([rule('/', 'https://www.example.com', '301')], 'https://example.com/')).toBe(
    '301 https://www.example.com',
  );
});

test('countries: the first rule that holds for the visitor, and the CDN is told that there are others', () => {
  const rules = [rule('/documents', '/documents/us/', '302', 'US'), rule('/documents', '/documents/all/', '302')];
  expect(visit(rules, '/documents', { country: 'US' })).toBe('302 /documents/us/');
  expect(visit(rules, '/documents', { country: 'DE' })).toBe('302 /documents/all/');
  expect(visit(rules, '/documents')).toBe('302 /documents/all/');
  const compiled = rules.map(compileRule);
  expect(firstRule(compiled, { host: 'h', path: '/documents', query: '', country: 'DE' }, false).byCountry).toBe(true);
  expect(firstRule(compiled, { host: 'h', path: '/other', query: '', country: 'DE' }, false).byCountry).toBe(false);
});

test('the order decides', () => {
  const special = rule('/docs/specific-filename.html', '/documents/different-filename.html', '301');
  const all = rule('/docs/<*>', '/documents/<*>', '301');
  expect(visit([special, all], '/docs/specific-filename.html')).toBe('301 /documents/different-filename.html');
  expect(visit([all, special], '/docs/specific-filename.html')).toBe('301 /documents/specific-filename.html');
});

test('a redirect to a path of this site leads to no other, whatever the visitor asks', () => {
  const strip = rule('/go/<*>', '/<*>', '302');
  expect(visit([strip], '/go//evil.example')).toBe('302 /evil.example');
  expect(visit([strip], '/go/%zz')).toBe('302 /%zz');
});
