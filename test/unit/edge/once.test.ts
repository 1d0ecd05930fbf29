import { expect, jest, test } from '@jest/globals';
import { once } from '../../../edge/shared/once.ts';

test('all who ask are given what the first one loads', async () => {
  const load = jest.fn(async () => ({}));
  const get = once(load);
  const [first, second] = await Promise.all([get(), get()]);
  expect(second).toBe(first);
  expect(await get()).toBe(first);
  expect(load).toHaveBeenCalledTimes(1);
});

test('what failed is tried again', async () => {
  const load = jest.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('not now')).mockResolvedValue('loaded');
  const get = once(load);
  await expect(get()).rejects.toThrow('not now');
  expect(await get()).toBe('loaded');
});
