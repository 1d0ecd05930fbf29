/** The commits that branches point at, as their Git host says. */
import type { Parameters } from '../aws/parameters.ts';
import type { App } from '../domain/app.ts';
import { ask, gitHost, gitProblem, type Send } from '../githost/index.ts';

export interface HeadPorts {
  send: Send;
  parameters: Pick<Parameters, 'secret'>;
}

/** Rejects with a TowpathError. */
export async function branchHead(
  { repository, gitTokenParameter }: Pick<App, 'repository' | 'gitTokenParameter'>,
  branch: string,
  { send, parameters }: HeadPorts,
): Promise<{ sha: string; message: string }> {
  const { calls } = gitHost(repository.host);
  const about = `branch ${branch} of ${repository.name}`;
  if (!calls) throw gitProblem('GIT_REPOSITORY_NOT_FOUND', about);
  const token = gitTokenParameter ? await parameters.secret(gitTokenParameter) : undefined;
  return ask(calls.branch(repository, branch, token), about, send);
}
