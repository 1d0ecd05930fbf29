/** `/_next/image` of an example: the same refusals in the same words, and images of the same size and type. */
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { type Example, get } from './example.ts';
import type { Answer } from './http.ts';

export interface ImageExample {
  /** Base path and `/_next/image`, with a slash at the end where the app wants one. */
  path: string;
  /** URL path of a JPEG. */
  picture: string;
  /** What is asked for → the query. */
  refused: Record<string, string>;
  /** Answered, whatever with. */
  answered?: Record<string, string>;
  avif: boolean;
}

export const imageQuery = (url: string, rest = 'w=640&q=75') => `url=${encodeURIComponent(url)}&${rest}`;

const SENT_WITH = ['content-type', 'vary', 'content-disposition', 'content-security-policy'];

/** Compression is CloudFront's, and so is what it makes an answer vary on. For how long the CDN may keep it is ours to say. */
const sentWith = ({ headers }: Answer) => [
  ...SENT_WITH.map((name) => headers[name]?.join(', ').replace(/, Accept-Encoding$/, '')),
  headers['cache-control']?.[0]?.replace(/ s-maxage=\d+,/, ''),
];

export function describeImages(example: () => Example, { path, picture, refused, answered = {}, avif }: ImageExample) {
  const ask = async (query: string, accept = '*/*') => {
    const asked = get(`${path}?${query}`, { accept });
    return Promise.all([example().next.ask(asked), example().edge.ask(asked)]);
  };
  const formats: Array<[number, string, string, string]> = [
    avif ? [640, 'image/avif,image/webp', 'image/avif', 'heif'] : [640, 'image/avif,image/webp', 'image/webp', 'webp'],
    [640, 'image/webp', 'image/webp', 'webp'],
    [1200, '*/*', 'image/jpeg', 'jpeg'],
  ];

  describe('next/image', () => {
    test.each(Object.entries(refused))('%s is refused in the same words', async (_, query) => {
      const [expected, given] = await ask(query);
      expect([given.status, given.body.toString()]).toEqual([expected.status, expected.body.toString()]);
      expect(given.status).toBe(400);
    });

    for (const [what, query] of Object.entries(answered)) {
      test(`${what} is answered`, async () => {
        const [expected, given] = await ask(query);
        expect(sentWith(given)).toEqual(sentWith(expected));
        expect([given.status, expected.status]).toEqual([200, 200]);
      });
    }

    test.each(formats)('%i pixels for a browser that takes %s', async (width, accept, type, format) => {
      const [expected, given] = await ask(imageQuery(picture, `w=${width}&q=75`), accept);
      expect(sentWith(given)).toEqual(sentWith(expected));
      const { width: sent, format: sentFormat } = await sharp(given.body).metadata();
      expect([given.headers['content-type'], sent, sentFormat]).toEqual([[type], width, format]);
    });
  });
}
