import { expect, test } from '@jest/globals';
import { isAddress, withSlash } from '../../../domain/trailing-slash.ts';

test.each([
  ['/', '/', '/'],
  ['/docs', '/docs/', '/docs'],
  ['/feed.xml', '/feed.xml', '/feed.xml'],
  ['/users/jane.doe', '/users/jane.doe', '/users/jane.doe'],
  ['/docs/v1.2/intro', '/docs/v1.2/intro/', '/docs/v1.2/intro'],
  ['/docs/v1.2-beta', '/docs/v1.2-beta/', '/docs/v1.2-beta'],
])('%s is at %s with a trailing slash, at %s without', (path, slashed, bare) => {
  expect([withSlash(path, true), withSlash(path, false)]).toEqual([slashed, bare]);
  expect([isAddress(slashed, true), isAddress(bare, false)]).toEqual([true, true]);
});

test.each([
  ['/docs', true],
  ['/docs/', false],
  ['/feed.xml/', true],
])('%s, with a trailing slash: %s, is redirected', (path, trailingSlash) => {
  expect(isAddress(path, trailingSlash)).toBe(false);
});
