import { type SiteDomains, shownName } from '../domain/custom-domain.ts';
import { siteIdOf } from '../domain/site.ts';
import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { table } from './format.ts';
import { reachableUrl } from './report.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const status: Verb = {
  brief: 'what is live on each site, and its newest deployment',
  usage: 'status [SITE] [--data DIR] [--json]',
  summary: 'Shows what is live on each site, and how its newest deployment stands.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, {});
    const running = findTowpath(dataFolder(values.data));
    const all = await standings(connect(running), running.endpoint);
    const [wanted] = positionals;
    const shown = wanted === undefined ? all : all.filter(({ site }) => site === wanted);
    if (wanted !== undefined && shown.length === 0) throw noSite(wanted);
    console.log(values.json ? JSON.stringify(shown) : asTable(shown));
    for (const { site, app, error, gitProblem } of values.json ? [] : shown) {
      if (error) console.log(told(site, error));
      if (gitProblem) console.log(told(app, gitProblem));
    }
    return 0;
  },
};

const told = (who: string, { message, code, remedy = '' }: { message: string; code: string; remedy?: string }) =>
  `\n${who}: ${message} (${code})\n${remedy}`.trimEnd();

const noSite = (site: string) => new CliError(`There is no site ${site}: "npm run towpath -- status" shows all.`);

/** Where a site is reached from this machine. */
export async function urlOfSite(api: TowpathApi, site: string, endpoint?: string): Promise<string> {
  const found = (await standings(api, endpoint)).find((one) => one.site === site);
  if (!found) throw noSite(site);
  if (!found.url) throw new CliError(`Nothing is live on ${site} yet.`);
  return found.url;
}

async function standings(api: TowpathApi, endpoint: string | undefined) {
  const apps = await answer(api.apps.$get());
  const domains = await answer<SiteDomains[]>(api.domains.$get() as never);
  const sites = (
    await Promise.all(apps.map(({ id }) => answer(api.apps[':app'].sites.$get({ param: { app: id } }))))
  ).flat();
  return Promise.all(
    sites.map(async ({ id, app, branch, liveRelease, distributionDomain, runningDeployment, waitingDeployment }) => {
      const [newest] = await answer(api.sites[':site'].deployments.$get({ param: { site: siteIdOf(app, branch) } }));
      const own = domains.find(({ site }) => site === id);
      const name = (own && shownName(own)) ?? distributionDomain;
      const url = liveRelease && name ? `https://${name}` : undefined;
      return {
        site: id,
        app,
        branch,
        liveRelease,
        url: url && endpoint ? await reachableUrl(endpoint, url) : url,
        newest: newest?.id,
        commit: newest?.commit.sha,
        status: newest?.status,
        error: newest?.error,
        gitProblem: apps.find((one) => one.id === app)?.gitProblem,
        runningDeployment,
        waitingDeployment,
      };
    }),
  );
}

const asTable = (sites: Awaited<ReturnType<typeof standings>>) =>
  sites.length === 0
    ? 'Nothing is deployed yet: "npm run towpath -- deploy PATH" begins.'
    : table(
        ['SITE', 'BRANCH', 'NEWEST', 'COMMIT', 'STATUS', 'LIVE RELEASE', 'URL'],
        sites.map(({ site, branch, newest, commit, status, liveRelease, url }) => [
          site,
          branch,
          newest ?? '',
          commit?.slice(0, 7) ?? '',
          status ?? '',
          liveRelease ?? '',
          url ?? '',
        ]),
      );
