import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Precedence } from '../../../local-cloud/services/lambda/execution/precedence.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** What began, in its order. */
function background(precedence: Precedence, names: string[]): string[] {
  const begun: string[] = [];
  for (const name of names) void precedence.turn().then(() => begun.push(name));
  return begun;
}

test('nobody is held while nobody waits', async () => {
  const begun = background(new Precedence(), ['a']);
  await jest.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(['a']);
});

test('who has time begins once the last who waits has got its environment, or could not', async () => {
  const precedence = new Precedence();
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  const waits = [precedence.during(first.promise), precedence.during(second.promise).catch(String)];
  const begun = background(precedence, ['a', 'b']);
  first.resolve('environment');
  await jest.advanceTimersByTimeAsync(10);
  expect(begun).toEqual([]);
  second.reject('none');
  expect(await Promise.all(waits)).toEqual(['environment', 'none']);
  expect(begun).toEqual(['a', 'b']);
  expect(jest.getTimerCount()).toBe(0);
});

test('nobody is held for ever, nor at the end', async () => {
  const precedence = new Precedence();
  void precedence.during(new Promise(() => {}));
  const held = background(precedence, ['a']);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(held).toEqual(['a']);
  const atTheEnd = background(precedence, ['b']);
  precedence.release();
  await jest.advanceTimersByTimeAsync(0);
  expect(atTheEnd).toEqual(['b']);
});
