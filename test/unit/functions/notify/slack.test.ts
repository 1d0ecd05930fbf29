/** Golden messages beside this file: `UPDATE_GOLDEN=1` writes them anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeploymentRecord } from '../../../../domain/deployment.ts';
import { EVENT_KINDS, EVENTS, type EventKind, type TowpathEvent } from '../../../../domain/events.ts';
import { message } from '../../../../functions/notify/slack.ts';
import { fitted, subjectOf } from '../../../../functions/notify/text.ts';
import { eventDeployment } from '../../../support/event-deployment.ts';

function event(kind: EventKind, change: Partial<DeploymentRecord> = {}): TowpathEvent {
  const more = { restored: '01JD0000000000000000000000', page: '/clock', generatedAt: '2026-11-20T09:00:00Z' };
  const detail = EVENTS[kind].parse({ deployment: eventDeployment(change), ...more });
  return { kind, id: 'e-1', time: '2026-11-20T10:01:00Z', detail } as TowpathEvent;
}

const failure = {
  status: 'failed',
  finishedAt: '2026-11-20T10:00:59.000Z',
  error: {
    code: 'NO_PACKAGE_JSON',
    message: 'There is no package.json in ".": a Next.js app has one.',
    remedy: 'Set the app root to the folder that has it.',
    step: 'Detect',
  },
} as const;

const GOLDEN: Record<string, TowpathEvent> = {
  started: event('deployment.started'),
  replayed: event('deployment.started', { redriveCount: 1 }),
  succeeded: event('deployment.succeeded', { status: 'succeeded', url: 'https://d111.cloudfront.net' }),
  promoted: event('deployment.succeeded', {
    status: 'succeeded',
    url: 'https://d111.cloudfront.net',
    promotes: { release: '01JD0000000000000000000000' },
  }),
  failed: event('deployment.failed', failure),
  'failed-without-a-step': event('deployment.failed', {
    status: 'failed',
    error: { code: 'UNKNOWN', message: 'The execution gave no reason.' },
  }),
  superseded: event('deployment.superseded', {
    status: 'superseded',
    error: { code: 'SUPERSEDED', message: 'Deployment 4 of a newer commit took its place.' },
  }),
  aborted: event('deployment.aborted', { status: 'aborted', error: { code: 'ABORTED', message: 'Stopped.' } }),
  'rolled-back': event('deployment.rolled_back', { ...failure, error: { ...failure.error, step: 'Verify' } }),
  'dead-page': event('regeneration.dead-lettered', { status: 'succeeded' }),
  hostile: event('deployment.failed', {
    ...failure,
    commit: {
      ...eventDeployment().commit,
      branch: 'fix/<@U123>&co',
      message: '<!channel> *bold* `code` & <https://evil.example|click>\n\nbody',
    },
    error: { code: 'BUILD_FAILED', message: 'Type error: Array<string> & <!here> is no &lt;', step: 'Build' },
  }),
  'without-a-commit-message': event('deployment.started', { commit: { ...eventDeployment().commit, message: '' } }),
};

test.each(Object.keys(GOLDEN))('%s', (name) => {
  const file = join(import.meta.dirname, 'golden', `${name}.json`);
  const made = message(GOLDEN[name] as TowpathEvent);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
  expect(made).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});

test('every event has its golden message', () => {
  expect(new Set(Object.values(GOLDEN).map(({ kind }) => kind))).toEqual(new Set(EVENT_KINDS));
});

describe('whatever users write', () => {
  const words = fc.string({
    unit: fc.constantFrom('a', ' ', '\n', '<', '>', '&', '`', '*', '🚲', '👩‍👩‍👧', '<!channel>'),
    maxLength: 4000,
  });

  test('every text keeps Block Kit’s limits, and has no control character unescaped', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EVENT_KINDS), words, words, words, (kind, branch, commitMessage, text) => {
        const commit = { ...eventDeployment().commit, branch: `b${branch}`, message: commitMessage };
        const error = { code: 'X', message: text, remedy: text, step: 'Build' } as const;
        const { blocks, text: fallback } = message(event(kind, { commit, error, url: 'https://d111.cloudfront.net/' }));
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const block of blocks) {
          const texts = block.type === 'context' ? block.elements : [block.text];
          for (const one of texts) {
            expect(one.text.length).toBeGreaterThanOrEqual(1);
            expect(one.text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3000);
            if (one.type === 'plain_text') expectEscaped(one.text);
          }
        }
        expectEscaped(fallback);
      }),
      { numRuns: 150 },
    );
  });

  const expectEscaped = (text: string) => {
    expect(text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
    expect(text.isWellFormed()).toBe(true);
  };

  test('only our own words are formatted', () => {
    const { blocks } = message(GOLDEN.hostile as TowpathEvent);
    const formatted = blocks
      .flatMap((block) => (block.type === 'context' ? block.elements : [block.text]))
      .filter(({ type }) => type === 'mrkdwn');
    expect(JSON.stringify(formatted)).not.toMatch(/evil|channel|here|U123/);
  });
});

test('a site’s link cannot be broken out of, and other schemes are not linked', () => {
  const linkOf = (url: string) => JSON.stringify(message(event('deployment.succeeded', { url })).blocks);
  expect(linkOf('https://x.example/?a=1&b=2|<!channel>')).toContain(
    '<https://x.example/?a=1&amp;b=2%7C%3C!channel%3E|Open the site>',
  );
  for (const url of ['javascript:alert(1)', 'nonsense', `https://x.example/${'x'.repeat(3000)}`])
    expect(linkOf(url)).not.toContain('Open the site');
});

describe('cutting', () => {
  test('leaves what fits', () => {
    expect(fitted('a<b', 6)).toBe('a&lt;b');
  });

  test('cuts neither entities nor characters', () => {
    expect(fitted('aa<<', 7)).toBe('aa&lt;…');
    expect(fitted('aa<<', 6)).toBe('aa…');
    expect(fitted('ab👩‍👩‍👧cdefgh', 9)).toBe('ab…');
    expect(fitted('word and more', 6)).toBe('word…');
  });
});

test('a commit’s subject is its first line', () => {
  expect(subjectOf('\n  Fix it \r\n\r\nLong story')).toBe('Fix it');
  expect(subjectOf('')).toBe('');
});
