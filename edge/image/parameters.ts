/** Next's own rules for the query of `/_next/image`, with its own texts. Pure. */
import { escapeRegex } from '../../domain/escape-regex.ts';
import type { ImagesConfig } from '../../domain/routing.ts';

export interface ImageParameters {
  /** As given: a path of the site, or an absolute URL on an allowed host. */
  url: string;
  isAbsolute: boolean;
  width: number;
  quality: number;
}

/** The text of a 400. */
export type Refusal = string;

type Pattern = NonNullable<ImagesConfig['remotePatterns']>[number];
type LocalPattern = NonNullable<ImagesConfig['localPatterns']>[number];

/** `*` is one part between separators, `**` any number of them. */
function globToRegex(glob: string, separator: '.' | '/'): RegExp {
  const one = `[^${separator}]+`;
  const source = glob
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? one : escapeRegex(part)))
    .join('');
  return new RegExp(`^${source}$`);
}

const matchesPattern = ({ protocol, hostname, port, pathname, search }: Pattern, url: URL) =>
  (protocol === undefined || `${protocol.replace(/:$/, '')}:` === url.protocol) &&
  (port === undefined || port === url.port) &&
  (search === undefined || search === url.search) &&
  globToRegex(hostname, '.').test(url.hostname) &&
  globToRegex(pathname ?? '**', '/').test(url.pathname);

/** Patterns for paths of the site; `**` may also be nothing. */
const matchesLocalPattern = ({ pathname = '**', search }: LocalPattern, url: URL) =>
  (search === undefined || search === url.search) && globToRegex(pathname, '/').test(url.pathname);

const isAllowedPath = (url: string, { localPatterns }: ImagesConfig) =>
  !localPatterns || localPatterns.some((pattern) => matchesLocalPattern(pattern, new URL(url, 'http://site')));

export const isAllowedHost = (url: URL, { domains, remotePatterns = [] }: ImagesConfig) =>
  domains.includes(url.hostname) || remotePatterns.some((pattern) => matchesPattern(pattern, url));

function checkUrl(url: string, config: ImagesConfig): Refusal | undefined {
  // A browser would take `//host` for another site's address, and the function itself for its own.
  if (url.startsWith('//')) return '"url" parameter cannot be a protocol-relative URL (//)';
  if (url.startsWith('/')) {
    if (url.startsWith(config.path)) return '"url" parameter cannot be recursive';
    return isAllowedPath(url, config) ? undefined : '"url" parameter is not allowed';
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) return '"url" parameter is invalid';
  return isAllowedHost(parsed, config) ? undefined : '"url" parameter is not allowed';
}

/** The one value, or why there is none; `label` as in Next's texts. */
function single(query: URLSearchParams, name: string, label: string): { value: string } | { refusal: Refusal } {
  const values = query.getAll(name);
  if (!values[0]) return { refusal: `"${name}" parameter${label} is required` };
  if (values.length > 1) return { refusal: `"${name}" parameter${label} cannot be an array` };
  return { value: values[0] };
}

const WIDTH = '"w" parameter (width)';
/** Next's own, from 14 on. */
const MAX_URL_LENGTH = 3072;
const QUALITY = '"q" parameter (quality)';

/** What is no whole number in plain digits, Next refuses from 15 on; older ones took what they could read. */
function wholeNumber(text: string, isStrict: boolean): number {
  return isStrict && !/^[0-9]+$/.test(text) ? Number.NaN : Number.parseInt(text, 10);
}

export function parseParameters(
  query: URLSearchParams,
  config: ImagesConfig,
  next: { major: number },
): ImageParameters | { refusal: Refusal } {
  const isStrict = next.major >= 15;
  const number = isStrict ? 'an integer' : 'a number';
  const url = single(query, 'url', '');
  if ('refusal' in url) return url;
  if (next.major >= 14 && url.value.length > MAX_URL_LENGTH) return { refusal: '"url" parameter is too long' };
  const refusal = checkUrl(url.value, config);
  if (refusal) return { refusal };
  const w = single(query, 'w', ' (width)');
  if ('refusal' in w) return w;
  if (isStrict && !wholeNumber(w.value, isStrict)) return { refusal: `${WIDTH} must be ${number} greater than 0` };
  const q = single(query, 'q', ' (quality)');
  if ('refusal' in q) return q;
  const width = wholeNumber(w.value, isStrict);
  if (!width) return { refusal: `${WIDTH} must be ${number} greater than 0` };
  const quality = wholeNumber(q.value, isStrict);
  if (isStrict && Number.isNaN(quality)) return { refusal: `${QUALITY} must be ${number} between 1 and 100` };
  if (![...config.deviceSizes, ...config.imageSizes].includes(width)) {
    return { refusal: `${WIDTH} of ${width} is not allowed` };
  }
  if (Number.isNaN(quality) || quality < 1 || quality > 100) {
    return { refusal: `${QUALITY} must be ${number} between 1 and 100` };
  }
  if (config.qualities && !config.qualities.includes(quality)) {
    return { refusal: `${QUALITY} of ${q.value} is not allowed` };
  }
  return { url: url.value, isAbsolute: !url.value.startsWith('/'), width, quality };
}
