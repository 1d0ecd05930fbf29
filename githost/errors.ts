/** What a Git host's answer may mean, and what to do then. No message has a token, or anything that a host said, in it. */
import { type Remedy, TowpathError } from '../domain/errors.ts';

const user = (code: string, remedy: string): Remedy => ({ code, fault: 'user', retryable: false, remedy });
const provider = (code: string, remedy: string): Remedy => ({ code, fault: 'provider', retryable: true, remedy });

const PROBLEMS = {
  GIT_TOKEN_REFUSED: user(
    'GIT_TOKEN_REFUSED',
    'Give the app a token that is valid and has the scopes of docs/reference/git-hosts.md: towpath rotate APP --token-stdin; one that is not connected yet, towpath connect URL --token-stdin.',
  ),
  GIT_TOKEN_SCOPES: user(
    'GIT_TOKEN_SCOPES',
    'Make a token with these scopes, too, and give it: nothing was changed. docs/reference/git-hosts.md has the scopes of each host.',
  ),
  GIT_REPOSITORY_NOT_FOUND: user(
    'GIT_REPOSITORY_NOT_FOUND',
    'If the repository was renamed or moved, connect its new address; if it is private, give a token that may read it: towpath connect URL --app APP --token-stdin.',
  ),
  GIT_REQUEST_REFUSED: user(
    'GIT_REQUEST_REFUSED',
    "Look at the repository's settings at the Git host, then try again.",
  ),
  GIT_HOST_THROTTLED: provider(
    'GIT_HOST_THROTTLED',
    'Try again once the time that the Git host names is over; a token has a higher limit than none.',
  ),
  GIT_HOST_UNAVAILABLE: provider(
    'GIT_HOST_UNAVAILABLE',
    'Try again, or replay the deployment, once the Git host answers.',
  ),
  GIT_HOST_UNREADABLE: provider(
    'GIT_HOST_UNREADABLE',
    "Check that the address is the repository's at a server of that kind: its answer is none that this kind of host gives.",
  ),
} satisfies Record<string, Remedy>;

export type GitProblem = keyof typeof PROBLEMS;

export const gitProblem = (code: GitProblem, message: string, options?: { cause?: unknown }) =>
  new TowpathError(PROBLEMS[code], message, options);
