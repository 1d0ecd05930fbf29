import { expect, test } from '@jest/globals';
import {
  matchBehaviour,
  matchesPattern,
  normalisePath,
} from '../../../local-cloud/services/cloudfront/serving/behaviour.ts';
import { distributionConfig } from '../../support/cloudfront-site.ts';

test.each([
  ['images/*.jpg', '/images/a/b.jpg', true],
  ['/images/*.jpg', '/images/a.jpg', true],
  ['images/*.jpg', '/Images/a.jpg', false],
  ['a?c', '/abc', true],
  ['a?c', '/ac', false],
  ['*.js', '/deep/er/x.js', true],
  ['_next/image*', '/_next/image', true],
  ['api/*', '/api', false],
  ['a.b', '/axb', false],
  ['*', '/', true],
])('%s against %s: %s', (pattern, path, expected) => {
  expect(matchesPattern(pattern, path)).toBe(expected);
});

test.each([
  ['/a/b/..', '/a/'],
  ['//a///b', '/a/b'],
  ['/a/./b', '/a/b'],
  ['/../..', '/'],
  ['/%61%2Fb', '/a%2Fb'],
])('%s is matched as %s', (path, expected) => {
  expect(normalisePath(path)).toBe(expected);
});

test('the first behaviour that matches answers, else the default', () => {
  const behaviour = (PathPattern: string) => ({
    PathPattern,
    TargetOriginId: 'site',
    ViewerProtocolPolicy: 'allow-all' as const,
  });
  const Items = [behaviour('a/*'), behaviour('a/b*'), behaviour('c')];
  const config = distributionConfig('E1', { CacheBehaviors: { Quantity: 3, Items } });
  expect(matchBehaviour(config, '/a/b')).toBe(Items[0]);
  expect(matchBehaviour(config, '/c')).toBe(Items[2]);
  expect(matchBehaviour(config, '/d')).toBe(config.DefaultCacheBehavior);
});
