/** Who may call the HTTP API: who has the stack's own token, a named one, or one of the OpenID Connect issuer. */
import { createHash, randomBytes } from 'node:crypto';
import type { TokenStore } from '../../../aws/table/tokens.ts';
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

/** The caller's name for the log; undefined for a stranger. */
export async function authenticate(authorization: string | undefined, ports: AuthPorts): Promise<string | undefined> {
  const presented = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  if (!presented) return undefined;
  if (presented.startsWith(PREFIX)) {
    const known = await ports.tokens.ofHash(hashOf(presented));
    const expired = known?.expiresAt !== undefined && Date.parse(known.expiresAt) <= ports.now().getTime();
    return known && !expired ? `token ${known.name}` : undefined;
  }
  if (JWT.test(presented)) {
    try {
      return await ports.oidc?.subject(presented);
    } catch (error) {
      ports.log({
        level: 'error',
        message: 'the OpenID Connect issuer could not be asked',
        reason: (error as Error).message,
      });
      return undefined;
    }
  }
  return sameToken(presented, await ports.token()) ? "the stack's token" : undefined;
}
