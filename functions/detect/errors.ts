/** What can hinder Detect besides the checks of preflight/. Codes are documented in docs/reference/errors.md. */
import { type Remedy, TowpathError } from '../../domain/errors.ts';

const user = (code: string, remedy: string): Remedy => ({ code, fault: 'user', retryable: false, remedy });

const PROBLEMS = {
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
  COMMIT_NOT_FOUND: user(
    'COMMIT_NOT_FOUND',
    'A forced push or a deleted branch took the commit away: push again. If the repository is private, give the app a token: towpath rotate APP --token-stdin.',
  ),
  BUILD_SETTING_INVALID: user('BUILD_SETTING_INVALID', 'Correct the variable, or unset it, and deploy again.'),
  APP_ROOT_MISSING: user('APP_ROOT_MISSING', "Correct the app's root folder, or add the folder to the repository."),
} satisfies Record<string, Remedy>;

export const problem = (code: keyof typeof PROBLEMS, message: string, options?: { cause?: unknown }) =>
  new TowpathError(PROBLEMS[code], message, options);
