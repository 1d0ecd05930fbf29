/** Values that were read before are those that were written last, whatever became of the writes between. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openRecords, type RecordFile } from '../../../local-cloud/runtime/records.ts';

let folder: string;
let file: RecordFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'towpath-records-'));
  file = openRecords(join(folder, 'records.sqlite'));
});
afterEach(() => {
  file.close();
  rmSync(folder, { recursive: true, force: true });
});

const read = (key: string) => file.records('sqs').collection<{ n: number }>('queues').get(key)?.n;

test('a value is what was written last, by whichever collection of that name', () => {
  const [one, other] = [0, 1].map(() => file.records('sqs').collection<{ n: number }>('queues'));
  one?.put('a', { n: 1 });
  expect([read('a'), read('b')]).toEqual([1, undefined]);
  other?.put('a', { n: 2 });
  expect([read('a'), read('a')]).toEqual([2, 2]);
  other?.put('b', { n: 3 });
  expect(read('b')).toBe(3);
  one?.delete('a');
  expect(read('a')).toBeUndefined();
  expect(file.records('s3').collection('queues').get('b')).toBeUndefined();
});

test('who changes what was read changes no record', () => {
  const collection = file.records('sqs').collection<{ n: number }>('queues');
  collection.put('a', { n: 1 });
  for (let round = 0; round < 2; round++) Object.assign(collection.get('a') ?? {}, { n: 9 });
  expect(read('a')).toBe(1);
});

test('what was taken back is not read', () => {
  const records = file.records('sqs');
  const collection = records.collection<{ n: number }>('queues');
  collection.put('a', { n: 1 });
  expect(read('a')).toBe(1);
  const failing = () =>
    records.atomically(() => {
      collection.put('a', { n: 2 });
      collection.put('b', { n: 2 });
      expect([read('a'), read('b')]).toEqual([2, 2]);
      throw new Error('no');
    });
  expect(failing).toThrow('no');
  expect([read('a'), read('b')]).toEqual([1, undefined]);
});

test('many large values', () => {
  const collection = file.records('s3').collection<string>('texts');
  const texts = Array.from({ length: 60 }, (_, index) => String(index).repeat(index < 55 ? 50_000 : 80_000));
  for (const [index, text] of texts.entries()) collection.put(String(index), text);
  for (let round = 0; round < 2; round++)
    expect(texts.every((text, index) => collection.get(String(index)) === text)).toBe(true);
  collection.put('59', 'short');
  expect(collection.get('59')).toBe('short');
});
