/** Connecting a repository: token, webhook, default branch, first deployment; and the way back. */
import type { AppChange } from '../../../aws/table/apps.ts';
import type { App } from '../../../domain/app.ts';
import type { Repository } from '../../../domain/deployment.ts';
import { TowpathError } from '../../../domain/errors.ts';
import { urlRefusal } from '../../../domain/outbound.ts';
import { ask, checkScopes, type GitHostCalls, gitHost, type RepositoryFacts } from '../../../githost/index.ts';
import { type Started, shortenedMessage } from '../../../lifecycle/deploy.ts';
import { noSuchApp } from '../../../lifecycle/errors.ts';
import { changeApp, createApp } from '../change-app.ts';
import {
  addressRefused,
  appBeingRemoved,
  connectedElsewhere,
  noSuchBranch,
  notConnectable,
  notConnected,
  otherServer,
} from './errors.ts';
import { type AtHost, ensureHook, removeHooks, replaceHook } from './hooks.ts';
import type { ConnectionPorts } from './ports.ts';

export interface Wanted {
  repository: Repository;
  token?: string;
  appRoot?: string;
  /** The default branch when absent. */
  branches?: string[];
  environment?: Record<string, string>;
  /** Whether an app that is connected to another repository leaves that one. */
  move?: boolean;
}

export interface Connected {
  app: string;
  repository: Repository;
  branches: string[];
  /** Absent while the repository is empty. */
  deployment?: Started;
}

export interface Disconnected {
  app: string;
  repository: Repository;
  /** `kept`: another app is built from this repository. `left`: the host did not let it be deleted. */
  hook: 'deleted' | 'kept' | 'left';
  because?: string;
}

const tokenParameter = ({ stage }: ConnectionPorts, app: string) => `/towpath/${stage}/apps/${app}/git-token`;

function callsOf({ host, url }: Repository, { allowedNetworks }: ConnectionPorts): GitHostCalls {
  const { calls } = gitHost(host);
  if (!calls) throw notConnectable();
  const refusal = urlRefusal(url, allowedNetworks);
  if (refusal) throw addressRefused(url, refusal);
  return calls;
}

const sameServer = (one: Repository, other: Repository) => new URL(one.url).origin === new URL(other.url).origin;

/** The one that is given, else the one that is kept, as a token. One that is kept goes to the server that it is for alone. */
async function tokenFor(
  repository: Repository,
  given: string | undefined,
  app: App | undefined,
  { parameters, accessToken }: ConnectionPorts,
) {
  const isKept = app?.gitTokenParameter && sameServer(app.repository, repository);
  const credential = given ?? (isKept ? await parameters.secret(app.gitTokenParameter as string) : undefined);
  return credential ? accessToken(credential, repository) : undefined;
}

/** As the host itself names it. The token went to the given server, and goes to no other. */
async function factsOf({ calls, repository, token }: AtHost, { send }: ConnectionPorts): Promise<RepositoryFacts> {
  const facts = await ask(calls.repository(repository, token), repository.name, send);
  if (new URL(facts.url).hostname !== new URL(repository.url).hostname) throw otherServer(repository.url, facts.url);
  return facts;
}

/** Before anything is changed: what the token lacks would show at the first webhook, status or comment, one after the other. */
async function mayBeUsed({ calls, repository, token }: AtHost, { send }: ConnectionPorts): Promise<void> {
  const question = token === undefined ? undefined : calls.scopes?.(repository, token);
  if (question) await checkScopes(repository, question, send);
}

/** The first branch that is named outright, for a pattern has no head. */
async function deployHead(app: App, at: AtHost, ports: ConnectionPorts): Promise<Started | undefined> {
  const branch = app.branches.find((name) => !name.includes('*'));
  if (!branch) return undefined;
  // A push that comes now is newer, or known here already.
  const announcedAt = ports.now().toISOString();
  const about = `branch ${branch} of ${at.repository.name}`;
  const head = await ask(at.calls.branch(at.repository, branch, at.token), about, ports.send).catch((error) => {
    throw error.code === 'GIT_REPOSITORY_NOT_FOUND' ? noSuchBranch(at.repository.name, branch) : error;
  });
  const { sha, message } = head;
  return ports.deploy(app, { repository: at.repository, branch, sha, message: shortenedMessage(message), announcedAt });
}

const othersOf = async ({ host, name }: Repository, id: string, { apps }: ConnectionPorts) =>
  (await apps.ofRepository(host, name)).filter((one) => one.id !== id);

/** As {@link changeApp}. Of an app that is going meanwhile, token and webhook go, too. */
async function changeConnected(id: string, fields: AppChange, at: AtHost, ports: ConnectionPorts): Promise<App> {
  return changeApp(id, fields, ports.apps).catch(async (error) => {
    if (error instanceof TowpathError) {
      await ports.parameters.remove(tokenParameter(ports, id));
      if ((await othersOf(at.repository, id, ports)).length === 0) await removeHooks(at, ports);
    }
    throw error;
  });
}

export async function connect(id: string, wanted: Wanted, ports: ConnectionPorts): Promise<Connected> {
  const calls = callsOf(wanted.repository, ports);
  const existing = await ports.apps.get(id);
  if (existing?.removingSince) throw appBeingRemoved(id);
  const token = await tokenFor(wanted.repository, wanted.token, existing, ports);
  const facts = await factsOf({ calls, repository: wanted.repository, token }, ports);
  const repository: Repository = { host: wanted.repository.host, name: facts.name, url: facts.url };
  const moves = existing && !existing.disconnectedAt && existing.repository.url !== repository.url;
  if (moves && !wanted.move) throw connectedElsewhere(existing);
  const at = { calls, repository, token };
  await mayBeUsed(at, ports);
  await ensureHook(at, ports);
  if (moves) await leave(existing, ports);
  if (wanted.token !== undefined) await ports.parameters.putSecret(tokenParameter(ports, id), wanted.token);
  const { appRoot, branches } = wanted;
  const settings = {
    ...(appRoot !== undefined && { appRoot }),
    ...(branches && { branches }),
    repository,
    gitTokenParameter: token === undefined ? undefined : tokenParameter(ports, id),
  };
  const ofHost = facts.defaultBranch ? { branches: [facts.defaultBranch] } : {};
  const app = existing
    ? await changeConnected(id, { ...settings, gitProblem: undefined, disconnectedAt: undefined }, at, ports)
    : await createApp(id, { ...ofHost, ...settings }, ports);
  if (!app) return connect(id, wanted, ports);
  await ports.variables.putPlain(id, wanted.environment ?? {}, ports.now().toISOString());
  const deployment = facts.defaultBranch ? await deployHead(app, at, ports) : undefined;
  return { app: id, repository, branches: app.branches, deployment };
}

async function find(id: string, { apps }: ConnectionPorts): Promise<App> {
  const app = await apps.get(id);
  if (!app) throw noSuchApp(id);
  if (app.disconnectedAt) throw notConnected(id);
  return app;
}

/** A webhook with a fresh secret; a token, if a new one is given. */
export async function rotate(id: string, given: string | undefined, ports: ConnectionPorts): Promise<Connected> {
  const app = await find(id, ports);
  const { repository, branches } = app;
  const at = { calls: callsOf(repository, ports), repository, token: await tokenFor(repository, given, app, ports) };
  await mayBeUsed(at, ports);
  await replaceHook(at, ports);
  if (given !== undefined) {
    await ports.parameters.putSecret(tokenParameter(ports, id), given);
    const fields = { gitTokenParameter: tokenParameter(ports, id), gitProblem: undefined };
    await changeConnected(id, fields, at, ports);
  }
  return { app: id, repository, branches };
}

/** Its repository's hook goes with the last app that is built from it. */
async function leave(app: App, ports: ConnectionPorts): Promise<Pick<Disconnected, 'hook' | 'because'>> {
  const { repository, id } = app;
  const { calls } = gitHost(repository.host);
  if (!calls || (await othersOf(repository, id, ports)).length > 0) return { hook: 'kept' };
  // One that makes no token any more is no reason to stay connected.
  const token = await tokenFor(repository, undefined, app, ports).catch(() => undefined);
  const because = await removeHooks({ calls, repository, token }, ports);
  return because ? { hook: 'left', because } : { hook: 'deleted' };
}

/** Repeated, it does what is still to be done. Sites stay as they are. */
export async function disconnect(id: string, ports: ConnectionPorts): Promise<Disconnected> {
  const app = await find(id, ports);
  const left = await leave(app, ports);
  await ports.parameters.remove(tokenParameter(ports, id));
  await ports.apps.disconnect(app, ports.now().toISOString());
  return { app: id, repository: app.repository, ...left };
}
