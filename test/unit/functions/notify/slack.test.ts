import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_KINDS, type TowpathEvent } from '../../../../domain/events.ts';
import { message } from '../../../../functions/notify/slack.ts';
import { fitted, subjectOf } from '../../../../functions/notify/text.ts';
import { eventDeployment } from '../../../support/event-deployment.ts';
import { event, SAMPLES } from './support.ts';

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
    const { blocks } = message(SAMPLES.hostile as TowpathEvent);
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

const entities = (text: string) => text.replaceAll('<', '&lt;');

describe('cutting', () => {
  test('leaves what fits', () => {
    expect(fitted('a<b', 6, entities)).toBe('a&lt;b');
  });

  test('cuts neither entities nor characters', () => {
    expect(fitted('aa<<', 7, entities)).toBe('aa&lt;…');
    expect(fitted('aa<<', 6, entities)).toBe('aa…');
    expect(fitted('ab👩‍👩‍👧cdefgh', 9, entities)).toBe('ab…');
    expect(fitted('word and more', 6, entities)).toBe('word…');
  });
});

test('a commit’s subject is its first line', () => {
  expect(subjectOf('\n  Fix it \r\n\r\nLong story')).toBe('Fix it');
  expect(subjectOf('')).toBe('');
});
