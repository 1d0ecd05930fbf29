/** Arbitrary deliveries of every host: never a failure of ours, never a forgery taken. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GIT_HOSTS, type GitHostKind } from '../../../../domain/deployment.ts';
import type { Headers } from '../../../../githost/index.ts';
import { proofOf, SHA, samples } from '../../../support/deliveries.ts';
import { deliver, run, SECRET, strictPorts } from './every-host.ts';

/** Anything, and things that nearly are pushes, with any field replaced by anything. */
const bodyOf = (kind: GitHostKind): fc.Arbitrary<Buffer> => {
  const nearly = samples[kind].body('main', SHA, 'Hello');
  const paths = (value: unknown, path: string[] = []): string[][] =>
    value !== null && typeof value === 'object'
      ? [path, ...Object.entries(value).flatMap(([key, child]) => paths(child, [...path, key]))]
      : [path];
  const replaced = (value: unknown, [key, ...rest]: string[], by: unknown): unknown => {
    if (key === undefined) return by;
    const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
    copy[key] = replaced(copy[key], rest, by);
    return copy;
  };
  const strange = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'refs/heads/',
      '0'.repeat(40),
      `refs/heads/${'x'.repeat(5000)}`,
      'a/'.repeat(3000),
      `a/${'b'.repeat(3000)}`,
      '\ud800',
    ),
  );
  return fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .tuple(fc.constantFrom(...paths(nearly)), strange)
      .map(([path, by]) => Buffer.from(JSON.stringify(replaced(nearly, path, by)) ?? '')),
  );
};

const headerValue = fc.oneof(
  fc.constantFrom('push', 'Push Hook', 'repo:push', 'ping', 'sha256=', `sha256=${'0'.repeat(64)}`, '0'.repeat(64)),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.nat(1000).map((more) => 'd'.repeat(2000 + more)),
);
const headersOf = (kind: GitHostKind): fc.Arbitrary<Headers> =>
  fc.dictionary(
    fc.oneof(
      fc.constantFrom(...Object.keys(samples[kind].headers), ...samples[kind].proof, 'content-type'),
      fc.string({ maxLength: 20 }),
    ),
    fc.oneof(headerValue, fc.constant('application/x-www-form-urlencoded')),
    { maxKeys: 6 },
  );

test.each(GIT_HOSTS)('%s: whatever a stranger sends is 401: nothing is read, nothing is recorded', async (kind) => {
  await fc.assert(
    fc.asyncProperty(bodyOf(kind), headersOf(kind), fc.string(), async (rawBody, headers, guess) => {
      const { ports, created, logs } = strictPorts(kind);
      const guessed = guess === SECRET || guess === '' ? {} : await proofOf(kind, rawBody, guess);
      for (const given of [headers, { ...samples[kind].headers, ...headers }, { ...headers, ...guessed }]) {
        expect((await run({ host: kind, rawBody, headers: given }, ports)).status).toBe(401);
      }
      expect(created).toEqual([]);
      expect(JSON.stringify(logs)).not.toContain(SECRET);
    }),
    { numRuns: 150 },
  );
});

test.each(GIT_HOSTS.filter((kind) => kind !== 'gitlab'))(
  '%s: a proof of one body is none of another, nor when a bit of it is turned',
  async (kind) => {
    const { ports, created } = strictPorts(kind);
    const raw = Buffer.from(JSON.stringify(samples[kind].body('main')));
    const proof = await proofOf(kind, raw, SECRET);
    const headers = { ...samples[kind].headers, ...proof };
    await fc.assert(
      fc.asyncProperty(fc.nat(raw.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const forged = Buffer.from(raw);
        forged[at]! ^= mask;
        expect((await run({ host: kind, rawBody: forged, headers }, ports)).status).toBe(401);
        const [name, value] = Object.entries(proof)[0] as [string, string];
        const place = at % value.length;
        const turned = String.fromCharCode(value.charCodeAt(place) ^ mask);
        const other = `${value.slice(0, place)}${turned}${value.slice(place + 1)}`;
        expect((await run({ host: kind, rawBody: raw, headers: { ...headers, [name]: other } }, ports)).status).toBe(
          401,
        );
      }),
      { numRuns: 100 },
    );
    expect(created).toEqual([]);
    expect((await run({ host: kind, rawBody: raw, headers }, ports)).body).toEqual({ accepted: 1 });
  },
);

test.each(GIT_HOSTS)(
  '%s: whatever is genuine is 202, deployed or with a reason, for it would be sent again',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(bodyOf(kind), headersOf(kind), fc.boolean(), async (rawBody, headers, isPush) => {
        const { ports, created } = strictPorts(kind);
        const [event] = Object.entries(samples[kind].headers) as [[string, string]];
        const pushed = isPush ? { ...samples[kind].headers, ...headers, [event[0]]: event[1] } : headers;
        const given = { ...pushed, ...(await proofOf(kind, rawBody, SECRET)) };
        const { answer, reasons } = await deliver({ host: kind, rawBody, headers: given }, ports);
        const { status, body } = answer;
        // GitHub's own library signs no empty body, and GitHub sends none; text alone is signed as GitHub signs it.
        const isText = Buffer.from(rawBody.toString()).equals(rawBody);
        if (kind === 'github' && (!isText || rawBody.length === 0)) expect(status).toBe(401);
        else expect(status).toBe(202);
        for (const { branch, message } of created) {
          expect(['main', 'next']).toContain(branch);
          expect(message.isWellFormed()).toBe(true);
        }
        if (status !== 202 || created.length > 0) return;
        expect('ignored' in body ? body.ignored : reasons.join()).not.toBe('');
      }),
      { numRuns: 250 },
    );
  },
);
