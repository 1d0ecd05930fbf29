/** What Detect can find wrong with a commit. Codes are documented in docs/reference/errors.md. */
import { type Remedy, TowpathError } from '../../domain/errors.ts';

const user = (code: string, remedy: string): Remedy => ({ code, fault: 'user', retryable: false, remedy });

export const PROBLEMS = {
  ARCHIVE_UNSAFE: user('ARCHIVE_UNSAFE', 'Remove this entry from the repository, commit, and push again.'),
  ARCHIVE_TOO_LARGE: user(
    'ARCHIVE_TOO_LARGE',
    'Keep large or generated files out of the repository, or deploy a smaller one that holds only this app.',
  ),
  ARCHIVE_UNREADABLE: {
    code: 'ARCHIVE_UNREADABLE',
    fault: 'provider',
    retryable: true,
    remedy: 'Replay the deployment: the download from the Git host broke off or was damaged.',
  },
  GIT_HOST_UNAVAILABLE: {
    code: 'GIT_HOST_UNAVAILABLE',
    fault: 'provider',
    retryable: true,
    remedy: 'Replay the deployment once the Git host answers again.',
  },
  GIT_HOST_UNSUPPORTED: user('GIT_HOST_UNSUPPORTED', 'Connect the repository through a Git host that Towpath knows.'),
  COMMIT_NOT_FOUND: user(
    'COMMIT_NOT_FOUND',
    'Check that the commit is still in the repository, and that the app has a Git token if the repository is private.',
  ),
  APP_ROOT_MISSING: user('APP_ROOT_MISSING', "Correct the app's root folder, or add the folder to the repository."),
  PACKAGE_JSON_MISSING: user('PACKAGE_JSON_MISSING', 'Commit a package.json with "next" in its dependencies.'),
  PACKAGE_JSON_INVALID: user('PACKAGE_JSON_INVALID', 'Correct the file so that it is valid JSON, and push again.'),
  NOT_A_NEXT_APP: user(
    'NOT_A_NEXT_APP',
    'Add "next" to the dependencies, or set the app root to the folder of the Next.js app.',
  ),
  NEXT_VERSION_UNKNOWN: user(
    'NEXT_VERSION_UNKNOWN',
    'Commit a lockfile, or write a version such as "^16.0.0" for "next" in package.json.',
  ),
  NEXT_VERSION_UNSUPPORTED: user('NEXT_VERSION_UNSUPPORTED', 'Use a Next.js version from 9 to 16.'),
  BUILD_SCRIPT_MISSING: user('BUILD_SCRIPT_MISSING', 'Add "build": "next build" to the scripts of package.json.'),
  AMPLIFY_YML_INVALID: user('AMPLIFY_YML_INVALID', 'Correct amplify.yml, or delete it to build with the defaults.'),
} satisfies Record<string, Remedy>;

export const problem = (code: keyof typeof PROBLEMS, message: string, options?: { cause?: unknown }) =>
  new TowpathError(PROBLEMS[code], message, options);
