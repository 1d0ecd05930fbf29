/** Who may call: the root key, and the session keys that were issued for roles. Sessions survive a restart. */
import { randomBytes } from 'node:crypto';
import type { SigningKey } from '../protocol/sigv4.ts';
import type { Caller, Credentials } from '../service.ts';
import type { Records } from './records.ts';

export const ROOT_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local-secret' } as const;

/** Longer than any session in AWS: a Lambda process or a build keeps the keys that it was started with. */
const DEFAULT_SESSION_SECONDS = 7 * 24 * 3600;

interface Session extends Credentials {
  roleArn: string;
  sessionName: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export interface IssuedCredentials extends Credentials {
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export interface CredentialsRegistry {
  issue(roleArn: string, sessionName: string, durationSeconds?: number): IssuedCredentials;
  /** The secret behind a key id and who uses it; undefined for unknown and expired keys. */
  find(accessKeyId: string): { key: SigningKey; caller: Omit<Caller, 'region'> } | undefined;
}

export function createCredentialsRegistry(records: Records, accountId: string, now: () => number): CredentialsRegistry {
  const sessions = records.collection<Session>('session');
  for (const [accessKeyId, session] of sessions.entries()) {
    if (session.expiresAt < now()) sessions.delete(accessKeyId);
  }
  // Sessions never change: each is read once.
  const known = new Map<string, Session>();
  const sessionOf = (accessKeyId: string): Session | undefined => {
    const session = known.get(accessKeyId) ?? sessions.get(accessKeyId);
    if (session) known.set(accessKeyId, session);
    return session;
  };
  return {
    issue: (roleArn, sessionName, durationSeconds = DEFAULT_SESSION_SECONDS) => {
      const issued = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(48).toString('base64url'),
        expiresAt: now() + durationSeconds * 1000,
      };
      sessions.put(issued.accessKeyId, { ...issued, roleArn, sessionName });
      return issued;
    },
    find: (accessKeyId) => {
      if (accessKeyId === ROOT_CREDENTIALS.accessKeyId) {
        return { key: ROOT_CREDENTIALS, caller: { accountId, arn: `arn:aws:iam::${accountId}:root` } };
      }
      const session = sessionOf(accessKeyId);
      if (!session || session.expiresAt < now()) return undefined;
      const { roleArn, sessionName } = session;
      return { key: session, caller: { accountId, roleArn, arn: assumedRoleArn(roleArn, sessionName) } };
    },
  };
}

/** `arn:aws:iam::1:role/path/name` → `arn:aws:sts::1:assumed-role/name/session`. */
export function assumedRoleArn(roleArn: string, sessionName: string): string {
  const [, , , , accountId = ''] = roleArn.split(':');
  return `arn:aws:sts::${accountId}:assumed-role/${roleArn.split('/').pop()}/${sessionName}`;
}
