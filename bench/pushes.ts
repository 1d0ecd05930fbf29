/**
 * Many pushes of several sites, delivered at once or within a time. Each push was made with Git beforehand; its signed delivery was kept on its way
 * and is sent as it was. Nothing but Towpath decides which commits are built.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { answer, connect, type TowpathApi } from '../cli/api.ts';
import { git } from '../cli/repository.ts';
import { isFinal } from '../domain/deployment.ts';
import { siteIdOf } from '../domain/site.ts';
import { startLocalGit } from '../local-git/index.ts';
import { commitAll, makeRepository } from '../test/support/journey.ts';
import { tinyApp } from '../test/support/tiny-app.ts';
import { type BenchCloud, percentile, until } from './local-cloud.ts';

export interface PushLoad {
  sites: number;
  pushesPerSite: number;
  /** Milliseconds from the first delivery to the last, at an even pace, one site after the other; 0 for all at once. */
  within: number;
}

export interface PushFigures {
  pushes: number;
  acknowledged: number;
  /** Milliseconds until a delivery was answered. */
  p50: number;
  p99: number;
  slowest: number;
  /** Sites that ended on their newest commit, and how many of them needed reconcile for it. */
  newest: number;
  reconciled: number;
  deployments: Record<string, number>;
  /** Until the last site was live. */
  settledMs: number;
}

interface Delivery {
  headers: Record<string, string>;
  body: Buffer;
}

/** Takes what a Git host delivers, and keeps it. */
async function startInterceptor() {
  const deliveries: Delivery[] = [];
  const keep = async (request: IncomingMessage) => {
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    deliveries.push({ headers: headers as Record<string, string>, body: await buffer(request) });
  };
  const server = createServer(async (request, response) => {
    await keep(request);
    response.writeHead(202).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const stop = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, deliveries, stop };
}

async function webhookSecret({ client, outputs }: BenchCloud): Promise<string> {
  const secrets = new SecretsManagerClient(client);
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: outputs.WebhookSecretName }));
  secrets.destroy();
  return SecretString;
}

const namesOf = ({ sites }: PushLoad) => Array.from({ length: sites }, (_, index) => `site-${index + 1}`);
const titleOf = (name: string, push: number) => `${name}, push ${push}`;

/** The commits of a site, each of them pushed. Answers the newest. */
async function pushSite(checkout: string, name: string, pushes: number, remote: string): Promise<string> {
  mkdirSync(checkout, { recursive: true });
  await makeRepository(checkout, tinyApp(titleOf(name, 0)));
  for (let push = 1; push <= pushes; push++) {
    writeFileSync(join(checkout, 'title.txt'), titleOf(name, push));
    await commitAll(checkout, titleOf(name, push));
    await git(checkout, 'push', '--quiet', remote, 'HEAD:refs/heads/main');
  }
  return git(checkout, 'rev-parse', 'HEAD');
}

/** The newest commit of each site. */
async function pushAll(folder: string, load: PushLoad, remoteOf: (name: string) => string) {
  const names = namesOf(load);
  const newest = new Map<string, string>();
  const left = names.values();
  const work = async () => {
    for (const name of left)
      newest.set(name, await pushSite(join(folder, name), name, load.pushesPerSite, remoteOf(name)));
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return newest;
}

/** A connection each, as hosts make them. By hand, for `fetch` takes twice the time: who measures must not be the load. */
async function deliver(url: string, { headers, body }: Delivery): Promise<{ ok: boolean; milliseconds: number }> {
  const started = performance.now();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent: false, headers: { ...headers, 'content-length': body.length } });
    sent.once('response', resolve).once('error', reject).end(body);
  });
  await buffer(response);
  return { ok: response.statusCode === 202, milliseconds: performance.now() - started };
}

const deploymentsOf = (api: TowpathApi, app: string) =>
  answer(api.sites[':site'].deployments.$get({ param: { site: siteIdOf(app, 'main') } }));

const siteOf = ({ body }: Delivery): string => JSON.parse(body.toString()).repository.name;

/** What comes first of each site goes first. */
function inTurn(deliveries: Delivery[], { pushesPerSite }: PushLoad): Delivery[] {
  const ofSites = [...Map.groupBy(deliveries, siteOf).values()];
  return Array.from({ length: pushesPerSite }, (_, push) => ofSites.flatMap((ofSite) => ofSite[push] ?? [])).flat();
}

async function deliverAll(url: string, deliveries: Delivery[], load: PushLoad) {
  const pause = load.within / Math.max(1, deliveries.length - 1);
  return Promise.all(
    inTurn(deliveries, load).map(async (delivery, index) => {
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, index * pause));
      return deliver(url, delivery);
    }),
  );
}

type Listed = Awaited<ReturnType<typeof deploymentsOf>>;

/** Pushes that came to their turn after a newer one: they have no deployment. */
async function overtakenOf(api: TowpathApi, app: string): Promise<number> {
  const { ignored } = await answer(api.apps[':app'].pushes.$get({ param: { app } }));
  return ignored.filter(({ overtaken }) => overtaken).length;
}

/** Whether nothing of a site runs or waits, and every push of it was applied. */
const hasEnded = async (api: TowpathApi, app: string, ofSite: Listed, pushes: number) =>
  ofSite.every(({ status }) => isFinal(status)) &&
  (ofSite.length >= pushes || ofSite.length + (await overtakenOf(api, app)) >= pushes);

/** Sites are asked one after the other, and no more once they have ended: who measures must not be the load. */
async function allEnded(api: TowpathApi, names: string[], pushes: number, show: (line: string) => void) {
  const ended: Listed[] = [];
  for (const name of names) {
    ended.push(
      await until(async () => {
        const ofSite = await deploymentsOf(api, name);
        return (await hasEnded(api, name, ofSite, pushes)) && ofSite;
      }, 1_000),
    );
    if (ended.length % 10 === 0) show(`${ended.length} of ${names.length} sites have settled`);
  }
  return ended;
}

export async function measurePushes(cloud: BenchCloud, load: PushLoad): Promise<PushFigures> {
  const names = namesOf(load);
  const api = connect(cloud.running);
  const interceptor = await startInterceptor();
  const secret = await webhookSecret(cloud);
  const host = await startLocalGit({
    folder: join(cloud.folder, 'pushed'),
    webhook: () => ({ url: interceptor.url, secret }),
  });
  try {
    for (const name of names) {
      const { remoteUrl: url } = await host.createRepository(name);
      const json = { repository: { host: 'git', name, url }, branches: ['main'] };
      await answer(api.apps[':app'].$put({ param: { app: name }, json } as never));
    }
    console.error(`Making ${load.sites * load.pushesPerSite} pushes…`);
    const newest = await pushAll(join(cloud.folder, 'checkouts'), load, (name) => `${host.url}/${name}.git`);
    await until(async () => interceptor.deliveries.length === load.sites * load.pushesPerSite);

    const started = performance.now();
    const url = `${cloud.running.api}/hooks/git`;
    console.error('Delivering them…');
    const answers = await deliverAll(url, interceptor.deliveries, load);
    const times = answers.map(({ milliseconds }) => milliseconds);
    console.error(`Acknowledged: p99 ${Math.round(percentile(times, 0.99))} ms`);
    const isNewest = async (name: string) => {
      const live = (await deploymentsOf(api, name)).find(({ status }) => status === 'succeeded');
      return live?.commit.sha === newest.get(name);
    };
    const count = async () => (await Promise.all(names.map(isNewest))).filter(Boolean).length;
    const settled = () => allEnded(api, names, load.pushesPerSite, console.error);
    await settled();
    const before = await count();
    if (before < load.sites) {
      const lambda = new LambdaClient(cloud.client);
      await lambda.send(new InvokeCommand({ FunctionName: 'towpath-control-dev-reconcile', Payload: '{}' }));
      lambda.destroy();
    }
    const ended = (await settled()).flat();
    const settledMs = performance.now() - started;
    const after = await count();
    return {
      pushes: answers.length,
      acknowledged: answers.filter(({ ok }) => ok).length,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      slowest: Math.max(...times),
      newest: after,
      reconciled: after - before,
      deployments: Object.fromEntries(
        Object.entries(Object.groupBy(ended, ({ status }) => status)).map(([status, those]) => [status, those.length]),
      ),
      settledMs,
    };
  } finally {
    await host.stop();
    await interceptor.stop();
  }
}
