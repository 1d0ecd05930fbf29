/**
 * Conditional reads and writes.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
import { AwsError } from '../../protocol/aws-error.ts';

export interface WriteConditions {
  IfMatch?: string;
  IfNoneMatch?: string;
}

export interface ReadConditions extends WriteConditions {
  IfModifiedSince?: Date;
  IfUnmodifiedSince?: Date;
}

interface Stored {
  etag: string;
  modifiedAt: number;
}

const unquoted = (etag: string) => etag.trim().replace(/^W\//, '').replace(/^"|"$/g, '');
const matches = (condition: string, etag: string) =>
  condition.split(',').some((each) => each.trim() === '*' || unquoted(each) === unquoted(etag));

function preconditionFailed(condition: string): AwsError {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new AwsError('PreconditionFailed', message, 412, { Condition: condition });
}

export function noSuchKey(key: string): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
}

/** Throws unless a write over `stored` is allowed. Called in the same synchronous step as the write itself. */
export function checkWrite(stored: Stored | undefined, conditions: WriteConditions, key: string): void {
  const { IfMatch, IfNoneMatch } = conditions;
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*') {
      throw new AwsError('NotImplemented', 'If-None-Match takes only "*" when an object is written', 501);
    }
    if (stored) throw preconditionFailed('If-None-Match');
  }
  if (IfMatch !== undefined) {
    if (!stored) throw noSuchKey(key);
    if (!matches(IfMatch, stored.etag)) throw preconditionFailed('If-Match');
  }
}

/** Throws 412 or 304; the entity tags win over the dates, as in RFC 9110. */
export function checkRead(stored: Stored, conditions: ReadConditions): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const modifiedAt = Math.floor(stored.modifiedAt / 1000) * 1000;
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, stored.etag)) throw preconditionFailed('If-Match');
  } else if (IfUnmodifiedSince && modifiedAt > IfUnmodifiedSince.getTime()) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const unchanged =
    IfNoneMatch !== undefined
      ? matches(IfNoneMatch, stored.etag)
      : IfModifiedSince !== undefined && modifiedAt <= IfModifiedSince.getTime();
  if (unchanged) throw new AwsError('NotModified', 'Not Modified', 304, { ETag: stored.etag });
}
