/**
 * What a page's object in the site's bucket says of itself, in its metadata: Package writes it for the build's pages, edge/
 * for those rendered since, and origin-response reads it. Pure.
 */

export interface PageMetadata {
  release: string;
  /** When rendering began, in milliseconds since 1970. */
  generatedAt?: number;
  /** Seconds, or false for never. */
  revalidate: number | false;
  /** Seconds after which it may not be shown any more, not even while the next one is rendered. */
  expire?: number;
  status: number;
  /** Sent with it, beside its type and cache time. Lower-case names. */
  headers?: Record<string, string>;
  /** Next's cache tags: revalidating one of them makes the page stale. */
  tags?: string[];
}

const PREFIX = 'towpath-';
/** User-defined metadata has 2 KB in all: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_BYTES = 1700;

/** S3's metadata travels as HTTP headers: ASCII. */
const ascii = (value: unknown) =>
  JSON.stringify(value).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Names without S3's own prefix `x-amz-meta-`. What is too long for it stands in the page's entry alone. */
export function pageMetadata(page: PageMetadata): Record<string, string> {
  const { release, generatedAt, revalidate, expire, status, headers = {}, tags = [] } = page;
  const long = {
    ...(Object.keys(headers).length > 0 ? { [`${PREFIX}headers`]: ascii(headers) } : {}),
    ...(tags.length > 0 ? { [`${PREFIX}tags`]: ascii(tags) } : {}),
  };
  const fits = Object.values(long).join('').length <= MAX_BYTES;
  return {
    [`${PREFIX}release`]: release,
    ...(generatedAt === undefined ? {} : { [`${PREFIX}generated-at`]: String(generatedAt) }),
    [`${PREFIX}revalidate`]: String(revalidate),
    ...(expire === undefined ? {} : { [`${PREFIX}expire`]: String(expire) }),
    [`${PREFIX}status`]: String(status),
    ...(fits ? long : { [`${PREFIX}abridged`]: 'true' }),
  };
}
