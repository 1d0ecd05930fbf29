import { describe, expect, test } from '@jest/globals';
import { type SignedCall, watch } from '../../../local-cloud/faults/calls.ts';
import { saidBy } from '../../../local-cloud/faults/errors.ts';
import { seeded } from '../../../local-cloud/runtime/seeded.ts';

const call = (invocation: string, change: Partial<SignedCall> = {}): SignedCall => ({
  service: 'lambda',
  operation: 'CreateFunction',
  caller: 'publisher',
  attempt: 1,
  invocation,
  ...change,
});

describe('a fault', () => {
  test('meets the first call that fits, and its first try only', () => {
    const { meets } = watch({ way: 'error', operation: 'CreateFunction' });
    expect([call('a'), call('a', { attempt: 2 }), call('b')].map(meets)).toEqual([true, false, false]);
  });

  test('meets the n-th call, tries counted once', () => {
    const { meets } = watch({ way: 'error', service: 'lambda', nth: 2 });
    expect([call('a'), call('a'), call('b'), call('c')].map(meets)).toEqual([false, false, true, false]);
  });

  test('meets as many tries as it should', () => {
    const twice = watch({ way: 'error', attempts: 2 });
    expect([call('a'), call('b'), call('a'), call('a')].map(twice.meets)).toEqual([true, false, true, false]);
    const always = watch({ way: 'error', attempts: 'all' });
    expect([call('a'), call('a'), call('a'), call('b')].map(always.meets)).toEqual([true, true, true, false]);
  });

  test('that lasts meets the n-th call and whatever fits after it', () => {
    const { meets } = watch({ way: 'error', nth: 2, lasting: true, service: 'lambda' });
    const calls = [call('a'), call('b'), call('b'), call('c', { service: 's3' }), call('d')];
    expect(calls.map(meets)).toEqual([false, true, true, false, true]);
  });

  test.each([{ service: 's3' }, { operation: 'PutObject' }, { caller: 'somebody' }])(
    'passes by what is not %j',
    (of) => {
      expect(watch({ way: 'error', ...of }).meets(call('a'))).toBe(false);
      expect(watch({ way: 'error', ...of }).meets(call('b', of))).toBe(true);
    },
  );
});

test('each service says in its own words that it is busy', () => {
  expect(['s3', 'lambda', 'dynamodb', 'cloudfront', 'states'].map((one) => saidBy(one, 'throttle').code)).toEqual([
    'SlowDown',
    'TooManyRequestsException',
    'ProvisionedThroughputExceededException',
    'Throttling',
    'ThrottlingException',
  ]);
  expect(saidBy('s3', 'error')).toMatchObject({ code: 'InternalError', status: 500 });
  expect(saidBy('codebuild', 'error')).toMatchObject({ code: 'InternalFailure', status: 500 });
});

test('the same seed gives the same numbers, spread from 0 to 1', () => {
  const [one, other] = [seeded(7), seeded(7)];
  const numbers = Array.from({ length: 1000 }, one);
  expect(numbers).toEqual(Array.from({ length: 1000 }, other));
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(numbers.reduce((sum, number) => sum + number, 0) / 1000).toBeCloseTo(0.5, 1);
  expect(seeded(8)()).not.toBe(seeded(7)());
});
