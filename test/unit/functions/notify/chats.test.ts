/** Teams, Discord and programs: their limits, and that nobody is mentioned whatever users write. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_KINDS, parseEvent, type TowpathEvent } from '../../../../domain/events.ts';
import { CHANNELS } from '../../../../functions/notify/channels.ts';
import { discordMessage } from '../../../../functions/notify/discord.ts';
import { teamsMessage } from '../../../../functions/notify/teams.ts';
import { signatureHeaders, webhookMessage } from '../../../../functions/notify/webhook.ts';
import { eventDeployment } from '../../../support/event-deployment.ts';
import { event, SAMPLES } from './support.ts';

const words = fc.string({
  unit: fc.constantFrom(
    'a',
    ' ',
    '\n',
    '<',
    '>',
    '@',
    '`',
    '*',
    '[',
    '](',
    '🚲',
    '👩‍👩‍👧',
    '@everyone',
    '<at>Emma</at>',
  ),
  maxLength: 4000,
});
const arbitraryEvent = fc
  .tuple(fc.constantFrom(...EVENT_KINDS), words, words, words)
  .map(([kind, branch, message, text]) => {
    const commit = { ...eventDeployment().commit, branch: `b${branch}`, message };
    const error = { code: 'X', message: text, remedy: text, step: 'Build' } as const;
    return event(kind, { commit, error, url: 'https://d111.cloudfront.net/' });
  });

describe('Teams', () => {
  test('a message has less than 28 KB, and formats only our own words', () => {
    fc.assert(
      fc.property(arbitraryEvent, (given) => {
        const message = teamsMessage(given);
        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(28 * 1024);
        const blocks = JSON.stringify(message).match(/"type":"TextBlock","text":"[^"]*"/g);
        expect(blocks).toHaveLength(1);
        expect(blocks?.[0]).toMatch(/site shop-main · deployment 01JD/);
      }),
      { numRuns: 100 },
    );
  });
});

describe('Discord', () => {
  test('an embed keeps the limits; nobody is mentioned, nothing that users wrote is formatted', () => {
    fc.assert(
      fc.property(arbitraryEvent, (given) => {
        const { embeds, allowed_mentions } = discordMessage(given) as {
          embeds: { title: string; description: string; footer: { text: string } }[];
          allowed_mentions: object;
        };
        expect(allowed_mentions).toEqual({ parse: [] });
        const [{ title, description, footer }] = embeds as [(typeof embeds)[number]];
        expect(title.length).toBeLessThanOrEqual(256);
        expect(description.length).toBeLessThanOrEqual(4096);
        expect(title.length + description.length + footer.text.length).toBeLessThanOrEqual(6000);
        expect(description).not.toMatch(/(?<!\\)(?:\\\\)*[*_`[\]<@]/);
        expect(description.isWellFormed()).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('its errors are told by their number alone', () => {
    expect(CHANNELS.discord.errorCode('{"message": "Unknown Webhook https://secret", "code": 10015}')).toBe(
      'code 10015',
    );
    expect(CHANNELS.discord.errorCode('<html>')).toBeUndefined();
  });
});

describe('a program', () => {
  test.each(Object.values(SAMPLES))('hears the event as it came ($kind)', (given: TowpathEvent) => {
    const { type, timestamp, data } = webhookMessage(given) as Record<string, unknown>;
    const again = { id: given.id, source: 'towpath', 'detail-type': type, time: timestamp, detail: data };
    expect(parseEvent(JSON.parse(JSON.stringify(again)))).toEqual(given);
  });

  test('can check what was signed', () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const headers = signatureHeaders('e-1', '{"a":"é"}', secret, new Date('2026-11-20T10:00:05.900Z'));
    const signed = createHmac('sha256', Buffer.alloc(32, 7)).update('e-1.1795168805.{"a":"é"}').digest('base64');
    expect(headers).toEqual({
      'webhook-id': 'e-1',
      'webhook-timestamp': '1795168805',
      'webhook-signature': `v1,${signed}`,
    });
  });
});
