/** Golden messages beside this file: `UPDATE_GOLDEN=1` writes them anew. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NOTIFICATION_KINDS } from '../../../../domain/app.ts';
import { EVENT_KINDS, type TowpathEvent } from '../../../../domain/events.ts';
import { CHANNELS } from '../../../../functions/notify/channels.ts';
import { SAMPLES } from './support.ts';

describe.each(NOTIFICATION_KINDS)('%s', (kind) => {
  test.each(Object.keys(SAMPLES))('%s', (name) => {
    const file = join(import.meta.dirname, 'golden', kind, `${name}.json`);
    const made = JSON.parse(JSON.stringify(CHANNELS[kind].message(SAMPLES[name] as TowpathEvent)));
    if (process.env.UPDATE_GOLDEN) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
    }
    expect(made).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });
});

test('every event has its golden message', () => {
  expect(new Set(Object.values(SAMPLES).map(({ kind }) => kind))).toEqual(new Set(EVENT_KINDS));
});
