/** Who may call the HTTP API: who has the stack's own token, a named one, or one of the OpenID Connect issuer. */
import { createHash, randomBytes } from 'node:crypto';
import type { TokenStore } from '../../../aws/table/tokens.ts';
import { tokenExpired, tokenMissing, tokenRefused } from '../errors.ts';
import type { Oidc } from './oidc.ts';
import { sameToken } from './same-token.ts';

export interface AuthPorts {
  /** The stack's own. */
  token: () => Promise<string>;
  tokens: TokenStore;
  oidc?: Pick<Oidc, 'subject'>;
  now: () => Date;
  log: (entry: object) => void;
}

/** So that a leaked one is found by who looks for it. */
const PREFIX = 'towpath_';
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export const newToken = () => `${PREFIX}${randomBytes(32).toString('base64url')}`;
export const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** Refuses strangers. */
export async function authenticate(authorization: string | undefined, ports: AuthPorts): Promise<void> {
  const presented = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  if (!presented) throw tokenMissing();
  if (presented.startsWith(PREFIX)) return checkNamed(presented, ports);
  const isKnown = JWT.test(presented)
    ? (await subjectOf(presented, ports)) !== undefined
    : sameToken(presented, await ports.token());
  if (!isKnown) throw tokenRefused();
}

async function checkNamed(presented: string, { tokens, now }: AuthPorts): Promise<void> {
  const known = await tokens.ofHash(hashOf(presented));
  if (!known) throw tokenRefused();
  if (known.expiresAt !== undefined && Date.parse(known.expiresAt) <= now().getTime()) throw tokenExpired();
}

async function subjectOf(jwt: string, { oidc, log }: AuthPorts): Promise<string | undefined> {
  try {
    return await oidc?.subject(jwt);
  } catch (error) {
    const reason = (error as Error).message;
    log({ level: 'error', message: 'the OpenID Connect issuer could not be asked', reason });
    return undefined;
  }
}
