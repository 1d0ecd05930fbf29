import { siteIdOf } from '../domain/site.ts';
import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { table } from './format.ts';
import { notDeployed } from './pushes.ts';
import { reachableUrl } from './report.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const list: Verb = {
  brief: 'lists deployments, and what was not deployed, and why',
  usage: 'list [--data DIR] [--json]',
  summary: 'Lists the deployments of every site, newest first, and what was pushed lately and not deployed.',

  async run(args) {
    const { values } = readArguments(args, 0, {});
    const running = findTowpath(dataFolder(values.data));
    const api = connect(running);
    const deployments = await withReachableUrls(await allDeployments(api), running.endpoint);
    const ignored = values.json ? [] : await allIgnored(api);
    if (values.json) console.log(JSON.stringify(deployments));
    else if (deployments.length === 0) console.log('Nothing is deployed yet: "npm run towpath -- deploy PATH" begins.');
    else
      console.log(
        table(
          ['SITE', 'DEPLOYMENT', 'STATUS', 'COMMIT', 'STARTED', 'LIVE', 'URL'],
          deployments.map(({ site, id, status, commit, createdAt, live, url }) => [
            site,
            id,
            status,
            commit.sha.slice(0, 7),
            createdAt,
            live ? 'live' : '',
            url ?? '',
          ]),
        ),
      );
    if (ignored.length > 0) console.log(`\n${notDeployed(ignored)}`);
    return 0;
  },
};

/** As `status` shows them. */
async function withReachableUrls<Listed extends { url?: string }>(listed: Listed[], endpoint: string | undefined) {
  if (!endpoint) return listed;
  const urls = [...new Set(listed.flatMap(({ url }) => url ?? []))];
  const reachable = new Map(
    await Promise.all(urls.map(async (url) => [url, await reachableUrl(endpoint, url)] as const)),
  );
  return listed.map((one) => (one.url === undefined ? one : { ...one, url: reachable.get(one.url) }));
}

const SHOWN_IGNORED = 10;

/** What was not deployed lately, and why. */
async function allIgnored(api: TowpathApi) {
  const apps = await answer(api.apps.$get());
  const ofApps = await Promise.all(apps.map(({ id }) => answer(api.apps[':app'].pushes.$get({ param: { app: id } }))));
  const all = ofApps.flatMap(({ ignored }) => ignored);
  return all.sort((a, b) => b.at.localeCompare(a.at)).slice(0, SHOWN_IGNORED);
}

async function allDeployments(api: TowpathApi) {
  const apps = await answer(api.apps.$get());
  const sites = (
    await Promise.all(apps.map(({ id }) => answer(api.apps[':app'].sites.$get({ param: { app: id } }))))
  ).flat();
  const ofSites = await Promise.all(
    sites.map(async ({ app, branch, liveRelease }) => {
      const deployments = await answer(api.sites[':site'].deployments.$get({ param: { site: siteIdOf(app, branch) } }));
      return deployments.map((deployment) => ({ ...deployment, live: deployment.id === liveRelease }));
    }),
  );
  return ofSites.flat().sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}
