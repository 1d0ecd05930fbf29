/** The commits that branches and pull requests point at, as their Git host says. All of it rejects with a TowpathError. */
import type { Parameters } from '../aws/parameters.ts';
import type { App } from '../domain/app.ts';
import { ask, type GitHostCalls, gitHost, gitProblem, type Send } from '../githost/index.ts';

export interface HeadPorts {
  send: Send;
  parameters: Pick<Parameters, 'secret'>;
}

type Connected = Pick<App, 'repository' | 'gitTokenParameter'>;

async function hostOf(
  { repository, gitTokenParameter }: Connected,
  about: string,
  { parameters }: HeadPorts,
): Promise<{ calls: GitHostCalls; token: string | undefined }> {
  const { calls } = gitHost(repository.host);
  if (!calls) throw gitProblem('GIT_REPOSITORY_NOT_FOUND', about);
  return { calls, token: gitTokenParameter ? await parameters.secret(gitTokenParameter) : undefined };
}

/** Of the pull request, if there is one: its branch may be a fork's. */
export async function headOf(
  app: Connected,
  { branch, pullRequest }: { branch: string; pullRequest?: number },
  ports: HeadPorts,
): Promise<{ sha: string; message: string }> {
  const { repository } = app;
  const about = `${pullRequest ? `pull request ${pullRequest}` : `branch ${branch}`} of ${repository.name}`;
  const { calls, token } = await hostOf(app, about, ports);
  const ofPull = pullRequest === undefined ? undefined : calls.pullHead?.(repository, pullRequest, token);
  return ask(ofPull ?? calls.branch(repository, branch, token), about, ports.send);
}

/** All of them; undefined where there are more than the host lists at once. */
export async function branchesOf(
  app: Connected,
  ports: HeadPorts,
): Promise<{ name: string; sha: string }[] | undefined> {
  const about = `the branches of ${app.repository.name}`;
  const { calls, token } = await hostOf(app, about, ports);
  const listed = await ask(calls.branches(app.repository, token), about, ports.send);
  return listed.length < calls.branchesAtOnce ? listed : undefined;
}
