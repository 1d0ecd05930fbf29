/**
 * Paths of an invalidation: what is accepted, and what they match. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
import { AwsError } from '../../../protocol/aws-error.ts';

/** In progress at a time, for a distribution. */
const MAX_PATHS = 3000;
const MAX_WILDCARDS = 15;
const MAX_PATH_CHARACTERS = 4000;

export function checkPaths(paths: string[]): void {
  if (paths.length === 0) throw new AwsError('InvalidArgument', 'An invalidation needs at least one path.');
  for (const path of paths) {
    const star = path.indexOf('*');
    const usable = path.startsWith('/') && path.length <= MAX_PATH_CHARACTERS && !/[^\x21-\x7e]/.test(path);
    if (!usable || (star >= 0 && star < path.length - 1)) {
      throw new AwsError(
        'InvalidArgument',
        `Your request contains one or more invalid invalidation paths: ${path}. A path starts with a slash, is URL-encoded, and has * only at its end.`,
      );
    }
  }
}

/** Whether the new paths fit beside those in progress. */
export function checkInProgress(inProgress: string[], paths: string[]): void {
  const all = [...inProgress, ...paths];
  const wildcards = all.filter(isWildcard).length;
  if (all.length > MAX_PATHS || wildcards > MAX_WILDCARDS) {
    throw new AwsError(
      'TooManyInvalidationsInProgress',
      `${MAX_PATHS} paths or ${MAX_WILDCARDS} wildcards can be in progress; these would make ${all.length} and ${wildcards}.`,
    );
  }
}

const isWildcard = (path: string): boolean => path.endsWith('*');

/** `object`: the path, with `?` and the query string that is in its cache key, if any. */
export function matchesInvalidation(path: string, object: string): boolean {
  return isWildcard(path) ? object.startsWith(path.slice(0, -1)) : object === path;
}
