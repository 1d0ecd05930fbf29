/**
 * Tokens of an OpenID Connect issuer: a CI system's, or a company's log-in. An issuer such as GitHub's gives everybody a token
 * for any audience, so nobody is let in but the subjects that the stack's parameter names.
 * https://openid.net/specs/openid-connect-discovery-1_0.html
 */
import { verifyWithJwks } from 'hono/jwt';
import type { HonoJsonWebKey } from 'hono/utils/jwt/jws';
import * as z from 'zod';
import { escapeRegex } from '../../../domain/escape-regex.ts';

export interface OidcSettings {
  /** `https://…`, as tokens name it. */
  issuer: string;
  audience: string;
  /** `*` stands for anything. */
  subjects: string[];
}

interface OidcParts {
  fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  now: () => number;
}

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });
const KeySet = z.object({ keys: z.array(z.looseObject({ kid: z.string().optional() })) });
/** A token that never expires is none. */
const Claims = z.object({ sub: z.string(), exp: z.number() });

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
const FRESH_MILLISECONDS = 10 * 60_000;
const TIMEOUT_MS = 3_000;

const matches = (pattern: string, subject: string) =>
  new RegExp(`^${pattern.split('*').map(escapeRegex).join('.*')}$`, 's').test(subject);

/** `none`, or the three stack parameters. */
export function oidcSettings(issuer: string, audience: string, subjects: string): OidcSettings | undefined {
  if (issuer === 'none') return undefined;
  return {
    issuer,
    audience,
    subjects: subjects
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one && one !== 'none'),
  };
}

export function createOidc({ issuer, audience, subjects }: OidcSettings, { fetch, now }: OidcParts) {
  let known: { keys: HonoJsonWebKey[]; until: number } | undefined;

  const readJson = async (url: string): Promise<unknown> => {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
    return response.json();
  };

  async function keys(): Promise<HonoJsonWebKey[]> {
    if (known && known.until > now()) return known.keys;
    const found = Discovery.parse(await readJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
    if (found.issuer !== issuer) throw new Error(`the issuer calls itself ${found.issuer}`);
    const read = KeySet.parse(await readJson(found.jwks_uri)).keys as HonoJsonWebKey[];
    known = { keys: read, until: now() + FRESH_MILLISECONDS };
    return read;
  }

  return {
    /** Whose token it is; undefined when it lets nobody in. Rejects when the issuer cannot be asked. */
    async subject(token: string): Promise<string | undefined> {
      const options = {
        keys: await keys(),
        verification: { iss: issuer, aud: audience },
        allowedAlgorithms: ALGORITHMS,
      };
      const payload = await verifyWithJwks(token, options).catch(() => undefined);
      const claims = Claims.safeParse(payload).data;
      return claims && subjects.some((pattern) => matches(pattern, claims.sub)) ? claims.sub : undefined;
    },
  };
}

export type Oidc = ReturnType<typeof createOidc>;
