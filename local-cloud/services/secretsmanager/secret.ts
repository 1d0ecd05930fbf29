/** A secret as it is kept: the current version and the one before it. */
import { randomUUID } from 'node:crypto';
import type { Tag } from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Collection } from '../../runtime/records.ts';
import type { Environment } from '../../service.ts';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_SECRET_BYTES = 65_536;

export interface SecretVersion {
  id: string;
  text?: string;
  /** Base64. */
  binary?: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

export interface StoredSecret {
  name: string;
  arn: string;
  description?: string;
  tags: Tag[];
  /** Oldest first. */
  versions: SecretVersion[];
  currentId: string;
  previousId?: string;
  createdAt: number;
  /** When it will be gone; set while it is in its recovery window. */
  deletedAt?: number;
}

export type Secrets = Collection<StoredSecret>;

export function secretsOf(environment: Environment): Secrets {
  return environment.records.collection('secret');
}

/** By name, by ARN, or by ARN without its random suffix. */
export function getSecret(secrets: Secrets, reference: string, options: { deletedToo?: boolean } = {}): StoredSecret {
  const fromArn = /:secret:(.+)$/.exec(reference)?.[1];
  const name = fromArn ?? reference;
  const secret = secrets.get(name) ?? secrets.get(name.replace(/-[^-]{6}$/, ''));
  if (!secret || (!fromArn && secret.name !== reference)) {
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  if (secret.deletedAt !== undefined && !options.deletedToo) {
    const message = "You can't perform this operation on the secret because it was marked for deletion.";
    throw new AwsError('InvalidRequestException', message);
  }
  return secret;
}

interface NewValue {
  SecretString?: string;
  SecretBinary?: Uint8Array;
  ClientRequestToken?: string;
}

export function addVersion(secret: StoredSecret, value: NewValue, now: number): StoredSecret {
  const version: SecretVersion = {
    id: value.ClientRequestToken ?? randomUUID(),
    text: value.SecretString,
    binary: value.SecretBinary && Buffer.from(value.SecretBinary).toString('base64'),
    createdAt: now,
  };
  const bytes = Buffer.byteLength(version.text ?? '') + (value.SecretBinary?.byteLength ?? 0);
  if (bytes === 0 || bytes > MAX_SECRET_BYTES) {
    throw new AwsError('InvalidParameterException', `A secret has 1 to ${MAX_SECRET_BYTES} bytes, not ${bytes}.`);
  }
  const same = secret.versions.find(({ id }) => id === version.id);
  if (same && (same.text !== version.text || same.binary !== version.binary)) {
    const message = `You can't use the token ${version.id} for another value.`;
    throw new AwsError('ResourceExistsException', message);
  }
  if (same) return secret;
  const previous = secret.versions.find(({ id }) => id === secret.currentId);
  return {
    ...secret,
    versions: [...(previous ? [previous] : []), version],
    currentId: version.id,
    previousId: previous?.id,
  };
}

export function versionOf(secret: StoredSecret, id?: string, stage = 'AWSCURRENT'): SecretVersion {
  const staged = { AWSCURRENT: secret.currentId, AWSPREVIOUS: secret.previousId }[stage];
  const wanted = id ?? staged;
  const version = secret.versions.find((each) => each.id === wanted);
  if (version) return version;
  const message = `Secrets Manager can't find the specified secret value for ${id ? `VersionId: ${id}` : `staging label: ${stage}`}`;
  throw new AwsError('ResourceNotFoundException', message);
}

export function stagesOf(secret: StoredSecret, versionId: string): string[] {
  if (versionId === secret.currentId) return ['AWSCURRENT'];
  return versionId === secret.previousId ? ['AWSPREVIOUS'] : [];
}
