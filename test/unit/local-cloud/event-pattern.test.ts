import { describe, expect, test } from '@jest/globals';
import { PatternError } from '../../../local-cloud/services/events/matchers.ts';
import { compilePattern } from '../../../local-cloud/services/events/pattern.ts';

const matches = (pattern: object, event: object) => compilePattern(JSON.stringify(pattern))(event);
const detail = (matcher: unknown, value: unknown) =>
  matches({ detail: { x: [matcher] } }, { detail: value === undefined ? {} : { x: value } });

/** [matcher, values that match, values that do not]; undefined is a field that is not there. */
const MATCHERS: [string, unknown, unknown[], unknown[]][] = [
  ['a string', 'a', ['a', ['b', 'a']], ['A', 'ab', undefined, 1, { y: 'a' }]],
  ['a number', 1, [1, 1.0], ['1', 2, undefined]],
  ['null and booleans', null, [null], [undefined, '', false]],
  ['prefix', { prefix: 'refs/' }, ['refs/', 'refs/heads'], ['ref', 'xrefs/', 3, undefined]],
  ['prefix, any case', { prefix: { 'equals-ignore-case': 'Ab' } }, ['ABc', 'abX'], ['b']],
  ['suffix', { suffix: '.png' }, ['a.png'], ['a.PNG', 'png']],
  ['equals-ignore-case', { 'equals-ignore-case': 'Main' }, ['main', 'MAIN'], ['mains', undefined]],
  ['wildcard', { wildcard: 'a*/c.*' }, ['a/c.', 'ab/b/c.js'], ['a/cxjs', 'b/c.js']],
  ['wildcard with an escaped star', { wildcard: 'a\\*b' }, ['a*b'], ['aXb']],
  ['exists', { exists: true }, ['', 0, null, []].slice(0, 3), [undefined, { y: 1 }]],
  ['does not exist', { exists: false }, [undefined], ['', null]],
  ['numeric equality', { numeric: ['=', 5] }, [5], [5.1, '5', undefined]],
  ['numeric range', { numeric: ['>', 0, '<=', 5] }, [0.1, 5], [0, 5.1, undefined]],
  ['anything-but a value', { 'anything-but': 'a' }, ['b', 1, null], ['a', undefined]],
  ['anything-but a list', { 'anything-but': ['a', 1] }, ['b', 2, '1'], ['a', 1]],
  ['anything-but a prefix', { 'anything-but': { prefix: 'a' } }, ['b', 3], ['a', 'ab', undefined]],
  ['anything-but suffixes', { 'anything-but': { suffix: ['.js', '.ts'] } }, ['a.md'], ['a.js', 'a.ts']],
  ['anything-but any case', { 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }, ['c'], ['A', 'B']],
  ['anything-but a wildcard', { 'anything-but': { wildcard: '*/lib/*' } }, ['a/src/b'], ['a/lib/b']],
];

describe.each(MATCHERS)('%s', (_, matcher, yes, no) => {
  test.each(yes.map((value) => [JSON.stringify(value), value]))('matches %s', (_text, value) => {
    expect(detail(matcher, value)).toBe(true);
  });
  test.each(no.map((value) => [JSON.stringify(value), value]))('does not match %s', (_text, value) => {
    expect(detail(matcher, value)).toBe(false);
  });
});

describe('structure', () => {
  test('every field must match, one of its alternatives is enough', () => {
    const pattern = { source: ['a', 'b'], 'detail-type': ['t'] };
    expect(matches(pattern, { source: 'b', 'detail-type': 't', more: 1 })).toBe(true);
    expect(matches(pattern, { source: 'b' })).toBe(false);
  });

  test('an array of objects matches when one of them does', () => {
    const pattern = { detail: { items: { id: ['x'], n: [1] } } };
    expect(matches(pattern, { detail: { items: [{ id: 'x', n: 1 }, { id: 'y' }] } })).toBe(true);
    expect(matches(pattern, { detail: { items: [{ id: 'x' }, { n: 1 }] } })).toBe(false);
  });

  test('a missing object has no fields', () => {
    expect(matches({ detail: { a: { b: [{ exists: false }] } } }, { detail: {} })).toBe(true);
    expect(matches({ detail: { a: { b: ['x'] } } }, {})).toBe(false);
  });

  test('$or, beside fields and nested', () => {
    const pattern = { source: ['s'], detail: { $or: [{ a: [1] }, { b: [{ prefix: 'x' }] }] } };
    expect(matches(pattern, { source: 's', detail: { a: 1 } })).toBe(true);
    expect(matches(pattern, { source: 's', detail: { b: 'xy' } })).toBe(true);
    expect(matches(pattern, { source: 's', detail: { a: 2, b: 'y' } })).toBe(false);
    expect(matches(pattern, { source: 't', detail: { a: 1 } })).toBe(false);
  });

  test("a field named like an object's inherited member is a field", () => {
    expect(matches({ detail: { constructor: [{ exists: true }] } }, { detail: {} })).toBe(false);
  });
});

test.each([
  ['no JSON', '{'],
  ['a text', '"a"'],
  ['an empty object', '{}'],
  ['a value that is no array', '{"source":"a"}'],
  ['an empty array', '{"source":[]}'],
  ['an unknown matcher', '{"source":[{"like":"a"}]}'],
  ['two matchers in one', '{"source":[{"prefix":"a","suffix":"b"}]}'],
  ['a numeric without pairs', '{"n":[{"numeric":[">"]}]}'],
  ['a prefix that is no string', '{"n":[{"prefix":1}]}'],
  ['two stars in a row', '{"n":[{"wildcard":"a**"}]}'],
  ['an $or of one', '{"$or":[{"a":["b"]}]}'],
  ['more than 2,048 characters', JSON.stringify({ source: ['x'.repeat(2048)] })],
])('a pattern that is %s is refused', (_, pattern) => {
  expect(() => compilePattern(pattern)).toThrow(PatternError);
});
