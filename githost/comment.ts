/** One comment of Towpath's at a pull request, kept up to date instead of followed by others. */
import type { Repository } from '../domain/deployment.ts';
import { ask } from './ask.ts';
import { gitHost } from './hosts.ts';
import type { Send } from './send.ts';

/**
 * One for each app of a repository. A link's definition that nothing refers to is shown by none of the hosts; Bitbucket
 * shows HTML comments as they are written.
 */
const markOf = (app: string) => `[towpath:${app}]: #`;

export interface PullRequest {
  repository: Repository;
  /** The number that the host shows. */
  number: number;
  app: string;
}

/**
 * Says `text` (Markdown) at a pull request. Repeated, it changes what was said before, and nothing when it is the same.
 * False when the repository is at no host that has comments. Rejects with a TowpathError.
 */
export async function putComment(
  { repository, number, app }: PullRequest,
  text: string,
  { send, token }: { send: Send; token?: string },
): Promise<boolean> {
  const { calls } = gitHost(repository.host);
  if (!calls) return false;
  const about = `pull request ${number} of ${repository.name}`;
  const body = `${markOf(app)}\n\n${text}`;
  const comments = await ask(calls.comments(repository, number, token), about, send);
  const ours = comments.find((comment) => comment.body.startsWith(`${markOf(app)}\n`));
  if (ours?.body === body) return true;
  if (ours) await ask(calls.updateComment(repository, number, ours.id, body, token), about, send);
  else await ask(calls.createComment(repository, number, body, token), about, send);
  return true;
}
