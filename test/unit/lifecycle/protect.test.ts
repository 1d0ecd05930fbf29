import { expect, test } from '@jest/globals';
import { credentials, digestOf, type SiteAccess } from '../../../domain/access.ts';
import { type ProtectPorts, protect } from '../../../lifecycle/protect.ts';

test.each([['given'], ['made here']])('what is kept of a password that was %s does not tell it', async (whose) => {
  const kept: SiteAccess[] = [];
  const ports = {
    sites: { get: async () => ({ app: 'shop' }) },
    access: { get: async () => undefined, all: async () => [], put: async (access: SiteAccess) => kept.push(access) },
    now: () => new Date(0),
    random: (bytes: number) => 'r'.repeat(bytes),
  } as unknown as ProtectPorts;
  const given = whose === 'given' ? { password: 'pass word of the shop' } : {};

  const answer = await protect('shop-main', { user: 'owner', ...given }, ports);

  const password = given.password ?? answer.password ?? '';
  expect(password.length).toBeGreaterThan(12);
  // Who gave it knows it.
  expect(answer.password === undefined).toBe(whose === 'given');
  const sent = credentials('owner', password);
  const { key, digest, ...others } = kept[0] as SiteAccess;
  expect(digest).toBe(digestOf(sent, key));
  for (const readable of [password, sent, Buffer.from(sent).toString('base64url')]) {
    expect(digest).not.toContain(readable);
    expect(JSON.stringify(others)).not.toContain(readable);
  }
});
