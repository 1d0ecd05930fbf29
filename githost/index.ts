/** What the rest of Towpath needs of Git hosts. */

export { ask, problemOf, unreachable } from './ask.ts';
export type { GitHostCalls, RepositoryFacts } from './calls.ts';
export {
  Announced,
  type Change,
  type Deletion,
  type Ignored,
  type PullRequest,
  type Push,
  type Tag,
  type Told,
} from './changes.ts';
export { putComment } from './comment.ts';
export { createCredentials } from './credential.ts';
export { gitProblem } from './errors.ts';
export { hookIdOf, hookSecret, hookUrl, isHookId, newHookId } from './hook.ts';
export { gitHost } from './hosts.ts';
export { type Reported, reportStatus, statusContext } from './report.ts';
export { isSameServer } from './same-server.ts';
export { checkScopes } from './scopes.ts';
export { type Send, type SendOptions, send } from './send.ts';
export type { CommitStatus, GitHost, Headers, HostRequest } from './types.ts';
