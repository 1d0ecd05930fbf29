/** docs/reference says what the schemas say: `npm run docs` writes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { eventSchemas, eventsPage } from '../../../scripts/docs.ts';

const reference = join(import.meta.dirname, '..', '..', '..', 'docs', 'reference');

test('each event has its JSON Schema, and there is no other', () => {
  const committed = readdirSync(join(reference, 'events')).map((name) => [
    `events/${name}`,
    JSON.parse(readFileSync(join(reference, 'events', name), 'utf8')),
  ]);
  expect(Object.fromEntries(committed)).toEqual(JSON.parse(JSON.stringify(eventSchemas())));
});

test('the page of events is up to date', () => {
  expect(readFileSync(join(reference, 'events.md'), 'utf8')).toBe(eventsPage());
});
