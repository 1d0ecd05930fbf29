import { expect, test } from '@jest/globals';
import { pageMetadata } from '../../../domain/stored-page.ts';

const page = { release: 'R', generatedAt: 5, revalidate: 60, expire: 300, status: 200 };

test('headers and tags travel as ASCII', () => {
  const metadata = pageMetadata({ ...page, headers: { 'x-name': 'café' }, tags: ['_N_T_/a'] });
  expect(metadata).toEqual({
    'towpath-release': 'R',
    'towpath-generated-at': '5',
    'towpath-revalidate': '60',
    'towpath-expire': '300',
    'towpath-status': '200',
    'towpath-headers': '{"x-name":"caf\\u00e9"}',
    'towpath-tags': '["_N_T_/a"]',
  });
  expect(JSON.parse(metadata['towpath-headers'] ?? '')).toEqual({ 'x-name': 'café' });
});

test('what is too long for the 2 KB of metadata is left to the entry', () => {
  const metadata = pageMetadata({ ...page, tags: Array.from({ length: 200 }, (_, index) => `tag-${index}`) });
  expect(metadata['towpath-tags']).toBeUndefined();
  expect(metadata['towpath-abridged']).toBe('true');
  expect(Object.entries(metadata).flat().join('').length).toBeLessThan(2048);
});
