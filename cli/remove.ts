import { createInterface } from 'node:readline/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { type DeploymentReport, follow } from './follow.ts';
import { progressLines } from './report.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const remove: Verb = {
  brief: 'takes a site, or an app with all its sites, away for good',
  usage: 'remove SITE | --app APP [--yes] [--data DIR] [--json]',
  summary: 'Takes a site away, or an app with all its sites: everything that they own in AWS.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {
      app: { type: 'string' },
      yes: { type: 'boolean', default: false },
    });
    const [site] = positionals;
    const { app } = values;
    if ((site === undefined) === (app === undefined))
      throw new CliError('Which site? "npm run towpath -- list" shows them; or --app APP takes all of an app.', 2);
    const name = site ?? String(app);
    if (!values.yes) await confirm(name);
    const api = connect(findTowpath(dataFolder(values.data)));
    const show = progressLines(values.json);
    const { removals, hook, because } = await ask(api, site, name);
    if (hook === 'left') show(`Delete the webhook at the Git host yourself: ${because}`);
    const reports = await followAll(api, removals, show);
    const removed = reports.every(({ status }) => status === 'succeeded');
    if (removed && app !== undefined) await untilForgotten(api, app);
    if (removed) show(`\n${name} is removed.`);
    if (values.json) console.log(JSON.stringify({ removed, hook, deployments: reports }));
    return removed ? 0 : 1;
  },
};

/** Nothing brings a site's address, releases and logs back. */
async function confirm(name: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CliError(`This removes ${name} and all that it owns for good: add --yes to say that you mean it.`, 2);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await terminal.question(`This removes ${name} and all that it owns for good. Type its name to go on: `);
  terminal.close();
  if (typed.trim() !== name) throw new CliError('Nothing was removed.');
}

type Asked = Pick<Awaited<ReturnType<typeof askForApp>>, 'removals'> & { hook?: string; because?: string };

const askForApp = (api: TowpathApi, app: string) => answer(api.apps[':app'].$delete({ param: { app } }));

const ask = async (api: TowpathApi, site: string | undefined, name: string): Promise<Asked> =>
  site === undefined
    ? askForApp(api, name)
    : { removals: [await answer(api.sites[':site'].$delete({ param: { site: name } }))] };

async function followAll(
  api: TowpathApi,
  removals: Asked['removals'],
  show: (line: string) => void,
): Promise<DeploymentReport[]> {
  const reports: DeploymentReport[] = [];
  for (const { deployment, site, status } of removals) {
    show(`Deployment ${deployment} removes ${site}${status === 'waiting' ? ', once the running one has ended' : ''}`);
    reports.push(await follow(api, deployment, show));
  }
  return reports;
}

const PATIENCE_MILLISECONDS = 30_000;

/** The app goes with the last of its sites, a moment later. */
async function untilForgotten(api: TowpathApi, app: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MILLISECONDS; Date.now() < end; await wait(250)) {
    if (!(await answer(api.apps.$get())).some(({ id }) => id === app)) return;
  }
  throw new CliError(`The sites of ${app} are removed, and ${app} itself follows within 5 minutes.`);
}
