import { siteIdOf } from '../domain/site.ts';
import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { awaitDeployment, type DeploymentReport, follow } from './follow.ts';
import { progressLines, reachableUrl } from './report.ts';
import { git, inspectRepository, type UserRepository } from './repository.ts';
import { dataFolder, findRunning, type Running } from './running.ts';
import { readVariables } from './variables.ts';
import type { Verb } from './verb.ts';

export const deploy: Verb = {
  brief: 'pushes a repository to the local cloud, and follows the deployment',
  usage: 'deploy [PATH] [--branch B] [--app NAME] [--env KEY=VALUE]… [--data DIR] [--json]',
  summary: 'Pushes the HEAD of the Git repository at PATH to the local cloud and follows the deployment to its end.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {
      branch: { type: 'string' },
      app: { type: 'string' },
      env: { type: 'string', multiple: true, default: [] },
    });
    const environment = readVariables(values.env);
    const repository = await inspectRepository(positionals[0] ?? '.', values.branch);
    const running = findRunning(dataFolder(values.data));
    const show = progressLines(values.json);
    const report = await deployRepository(running, repository, {
      app: values.app,
      environment,
      show,
    });
    if (values.json) console.log(JSON.stringify(report));
    return report.status === 'failed' ? 1 : 0;
  },
};

interface DeployOptions {
  app?: string;
  environment?: Record<string, string>;
  show: (line: string) => void;
}

/** Connects the repository, pushes its HEAD, and follows the deployment that the push begins. */
export async function deployRepository(
  running: Running,
  repository: UserRepository,
  options: DeployOptions,
): Promise<DeploymentReport> {
  const api = connect(running);
  const app = options.app ?? repository.suggestedName;
  const { branch, sha } = repository;
  const remote = await connectRepository(running, api, app, repository, options.environment ?? {});
  const before = await answer(api.sites[':site'].deployments.$get({ param: { site: siteIdOf(app, branch) } }));
  options.show(`Pushing ${sha.slice(0, 7)} to ${remote} (${branch})`);
  await push(repository, remote);
  const id = await awaitDeployment(api, {
    app,
    branch,
    sha,
    known: new Set(before.map((deployment) => deployment.id)),
  });
  options.show(`Deployment ${id}`);
  const report = await follow(api, id, options.show);
  if (report.url) report.url = await reachableUrl(running.endpoint, report.url);
  if (report.status === 'succeeded') options.show(`\nLive: ${report.url}`);
  return report;
}

/** The app, its repository at the embedded Git host, and the remote `towpath` in the user's repository. */
async function connectRepository(
  running: Running,
  api: TowpathApi,
  app: string,
  { top, branch, appRoot }: UserRepository,
  environment: Record<string, string>,
): Promise<string> {
  const url = `${running.git}/${app}.git`;
  const created = await fetch(url, { method: 'PUT', headers: { 'content-type': 'application/json' } });
  if (!created.ok) throw new CliError(`The embedded Git host refused the repository ${app}: ${await created.text()}`);
  const existing = (await answer(api.apps.$get())).find(({ id }) => id === app);
  const branches = [...new Set([...(existing?.branches ?? []), branch])];
  await answer(
    api.apps[':app'].$put({
      param: { app },
      json: { repository: { host: 'git', name: app, url }, appRoot, branches, environment },
    } as never),
  );
  const remotes = (await git(top, 'remote')).split('\n');
  await git(top, 'remote', remotes.includes('towpath') ? 'set-url' : 'add', 'towpath', url);
  return url;
}

/** A push that changes nothing announces nothing, so the embedded Git host is asked to announce the branch again. */
async function push({ top, branch }: UserRepository, remote: string): Promise<void> {
  const result = await git(top, 'push', '--porcelain', '--force', remote, `HEAD:refs/heads/${branch}`);
  if (!/^=/m.test(result)) return;
  const announced = await fetch(`${remote}/deliveries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ref: `refs/heads/${branch}` }),
  });
  if (!announced.ok)
    throw new CliError(`The embedded Git host did not announce ${branch} again: ${await announced.text()}`);
}
