/** What the stories are told with. Whatever goes otherwise than it should is Broken. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { git } from '../../cli/repository.ts';
import { isFinal } from '../../domain/deployment.ts';
import { tinySite } from '../faults/site.ts';
import type { Towpath } from '../faults/towpath.ts';
import { commitAll, makeRepository, writeFiles } from '../support/journey.ts';

/** Why a story broke off. */
export class Broken extends Error {}

const POLL_MILLISECONDS = 50;
const LIMIT_MILLISECONDS = 180_000;
/** From a refused call on: whoever is refused fails at once, or goes on without. */
const PATIENCE_MILLISECONDS = 6_000;

export type Files = Record<string, string>;

export interface Teller {
  towpath: Towpath;
  app: string;
  /** Of the branch main. */
  site: string;
  /** Resolves with what `ask` answers. Broken when that takes too long, sooner once a call was refused. */
  until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T>;
  /** A request to the HTTP API. Broken when it is refused. */
  api<T>(method: string, path: string, body?: object): Promise<T>;
  /** Connects the app to a repository of its own at the local Git host. */
  connect(): Promise<void>;
  push(text: string, files?: Files): Promise<void>;
  /** Waits until there is a deployment of the site that nobody waited for yet: its end is not waited for. */
  begins(what: string): Promise<void>;
  /** Waits for the end of a deployment of the site that nobody waited for yet; its id. `meanwhile` is done again and again. */
  ends(what: string, status?: 'succeeded' | 'failed', meanwhile?: () => Promise<void>): Promise<string>;
  /** As its schedule does. */
  invoke(name: string): Promise<void>;
  /** The one site that there is: a page of the bucket, and one that is rendered. */
  visit(text: string): Promise<void>;
}

interface Listed {
  id: string;
  status: 'queued';
  error?: { code: string; step?: string };
}

/** @param refusals how many calls were refused so far */
const patient =
  (refusals: () => number): Teller['until'] =>
  async (what, ask) => {
    const start = Date.now();
    let refusedAt: number | undefined;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      if (refusals() > 0) refusedAt ??= Date.now();
      const isLate = refusedAt !== undefined && Date.now() - refusedAt > PATIENCE_MILLISECONDS;
      if (isLate || Date.now() - start > LIMIT_MILLISECONDS) throw new Broken(`${what} does not come`);
      await wait(POLL_MILLISECONDS);
    }
  };

const client =
  ({ api, token }: Towpath): Teller['api'] =>
  async (method, path, body) => {
    const answer = await fetch(`${api}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Broken(`${method} ${path}: the API answers ${answer.status}: ${await answer.text()}`);
    return answer.json() as Promise<never>;
  };

const visitor =
  ({ cloud }: Towpath): Teller['visit'] =>
  async (text) => {
    const url = cloud.siteUrls().at(-1)?.url ?? '';
    for (const [path, shown] of [
      ['/', text],
      ['/now', `rendered: ${text}`],
    ] as const) {
      const answer = await fetch(`${url}${path}`).catch((error: Error) => {
        throw new Broken(`${path} of the site: ${error.message}`);
      });
      if (!(await answer.text()).includes(shown)) throw new Broken(`${path} of the site is ${answer.status}`);
    }
  };

function repository(towpath: Towpath, app: string): Pick<Teller, 'connect' | 'push'> {
  const folder = join(towpath.folder, 'repositories', app);
  let remote = '';
  return {
    async connect() {
      remote = await towpath.connect(app).catch((error: Error) => {
        throw new Broken(error.message);
      });
      mkdirSync(folder, { recursive: true });
      await makeRepository(folder, tinySite('none'));
    },

    async push(text, files = {}) {
      writeFiles(folder, { ...tinySite(text), ...files });
      await commitAll(folder, text);
      await git(folder, 'push', '--quiet', '--force', remote, 'HEAD:refs/heads/main');
    },
  };
}

function follower(site: string, { api, until }: Pick<Teller, 'api' | 'until'>): Pick<Teller, 'begins' | 'ends'> {
  const known = new Set<string>();
  const unknown = async (isWanted: (one: Listed) => boolean): Promise<Listed | undefined> => {
    const listed = await api<Listed[]>('GET', `/sites/${site}/deployments`);
    return listed.find((one) => !known.has(one.id) && isWanted(one));
  };
  return {
    async begins(what) {
      known.add((await until(what, () => unknown(() => true))).id);
    },

    async ends(what, wanted = 'succeeded', meanwhile) {
      const { id, status, error } = await until(what, async () => {
        await meanwhile?.();
        return unknown((one) => isFinal(one.status));
      });
      known.add(id);
      if ((status as string) !== wanted) throw new Broken(`${what} ${status} in ${error?.step} (${error?.code})`);
      return id;
    },
  };
}

/** @param refusals how many calls were refused so far */
export function createTeller(towpath: Towpath, app: string, refusals: () => number): Teller {
  const site = `${app}-main`;
  const asking = { api: client(towpath), until: patient(refusals) };
  return {
    towpath,
    app,
    site,
    ...asking,
    ...repository(towpath, app),
    ...follower(site, asking),
    visit: visitor(towpath),
    async invoke(name) {
      const { FunctionError } = await towpath.aws<{ FunctionError?: string }>('lambda', 'Invoke', {
        FunctionName: `towpath-control-dev-${name}`,
        Payload: Buffer.from('{}'),
      });
      if (FunctionError) throw new Broken(`${name} fails`);
    },
  };
}
