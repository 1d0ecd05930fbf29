import { expect, test } from '@jest/globals';
import { createHeadersFor, patternToRegex } from '../../../domain/header-patterns.ts';

test.each([
  ['**', '/', true],
  ['**', '/a/b.html', true],
  ['**/*', '/a/b.html', true],
  ['**/*', '/b', true],
  ['*.json', '/data.json', true],
  ['*.json', '/deep/in/data.json', true],
  ['*.json', '/data.json.html', false],
  ['*', '/a/b', true],
  ['/path/*', '/path/a', true],
  ['/path/*', '/path/a/b', true],
  ['/path/*', '/path', false],
  ['/path/*', '/other/path/a', false],
  ['path/*.js', '/path/a.js', true],
  ['path/*.js', '/path/deep/a.js', false],
  ['/path/**/*.js', '/path/a.js', true],
  ['/path/**/*.js', '/path/deep/er/a.js', true],
  ['/exact.html', '/exact.html', true],
  ['/exact.html', '/exactxhtml', false],
  ['/a(b)+$', '/a(b)+$', true],
])('%s and %s: %s', (pattern, path, expected) => expect(patternToRegex(pattern).test(path)).toBe(expected));

test('of rules that set the same header, the last counts', () => {
  const headersFor = createHeadersFor([
    {
      pattern: '**',
      headers: [
        { name: 'X-Frame-Options', value: 'SAMEORIGIN' },
        { name: 'x-a', value: 'all' },
      ],
    },
    { pattern: '/embed/*', headers: [{ name: 'x-frame-options', value: 'ALLOWALL' }] },
  ]);
  expect(headersFor('/')).toEqual({ 'x-frame-options': 'SAMEORIGIN', 'x-a': 'all' });
  expect(headersFor('/embed/map')).toEqual({ 'x-frame-options': 'ALLOWALL', 'x-a': 'all' });
});
