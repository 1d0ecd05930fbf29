/**
 * Which cache behaviour answers a path. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
import type { CacheBehavior, DefaultCacheBehavior, DistributionConfig } from '@aws-sdk/client-cloudfront';

export type Behaviour = CacheBehavior | DefaultCacheBehavior;

/** The first behaviour whose pattern matches; `*` and `?` are wildcards, case counts, the query doesn't. */
export function matchBehaviour(config: DistributionConfig, path: string): Behaviour {
  const normalised = normalisePath(path);
  const match = config.CacheBehaviors?.Items?.find(({ PathPattern }) => matchesPattern(PathPattern ?? '', normalised));
  return match ?? config.DefaultCacheBehavior!;
}

export function matchesPattern(pattern: string, path: string): boolean {
  const rooted = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  const source = rooted
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(path);
}

/** Paths are normalised for matching only; the origin gets them raw. */
export function normalisePath(path: string): string {
  const segments: string[] = [];
  const parts = path
    .replace(/\/{2,}/g, '/')
    .split('/')
    .slice(1);
  parts.forEach((part, index) => {
    const last = index === parts.length - 1;
    if (part === '..') segments.pop();
    if (part !== '.' && part !== '..') segments.push(part);
    else if (last) segments.push('');
  });
  return `/${segments.join('/')}`.replace(/%([2-7][0-9a-f])/gi, (encoded, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded;
  });
}
