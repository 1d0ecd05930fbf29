/**
 * One webhook of a repository for this stack, however many apps are built from it. Repeated, each of these does what is
 * still to be done: hooks of ours are known by their addresses, whatever a broken attempt left behind.
 */
import type { Repository } from '../../../domain/deployment.ts';
import { TowpathError } from '../../../domain/errors.ts';
import { ask, type GitHostCalls, hookIdOf, hookSecret, hookUrl, newHookId } from '../../../githost/index.ts';
import type { ConnectionPorts } from './ports.ts';

export interface AtHost {
  calls: GitHostCalls;
  repository: Repository;
  token?: string;
}

const about = ({ repository }: AtHost) => `the webhooks of ${repository.name}`;

/** Ours of the host's: the host's id, and ours. */
async function ourHooks(at: AtHost, { send, hooksUrl }: ConnectionPorts) {
  const all = await ask(at.calls.hooks(at.repository, at.token), about(at), send);
  return all.flatMap(({ id: hostId, url, isOutdated }) => {
    const id = hookIdOf(url, hooksUrl, at.repository.host);
    return id ? [{ hostId, id, isOutdated }] : [];
  });
}

async function deleteHook(at: AtHost, hook: { hostId: string; id: string }, ports: ConnectionPorts): Promise<void> {
  await ask(at.calls.deleteHook(at.repository, hook.hostId, at.token), about(at), ports.send);
  await ports.hooks.remove(hook.id);
}

/** Its secret is fresh, for its id is. */
async function createHook(at: AtHost, ports: ConnectionPorts): Promise<string> {
  const { repository, calls, token } = at;
  const id = newHookId();
  await ports.hooks.put({ id, repository, createdAt: ports.now().toISOString() });
  const settings = {
    url: hookUrl(ports.hooksUrl, repository.host, id),
    secret: hookSecret(await ports.stackSecret(), id),
  };
  try {
    await ask(calls.createHook(repository, settings, token), about(at), ports.send);
  } catch (error) {
    await ports.hooks.remove(id);
    throw error;
  }
  return id;
}

/** Keeps the hook that works and hears of everything, and makes one when there is none. */
export async function ensureHook(at: AtHost, ports: ConnectionPorts): Promise<void> {
  const found = await ourHooks(at, ports);
  const known = await Promise.all(found.map(({ id }) => ports.hooks.get(id)));
  const kept = found.findIndex(
    ({ isOutdated }, index) => !isOutdated && known[index]?.repository.url === at.repository.url,
  );
  if (kept < 0) await createHook(at, ports);
  for (const [index, hook] of found.entries()) if (index !== kept) await deleteHook(at, hook, ports);
}

/** A new hook first, then away with the old ones: no push falls between them. */
export async function replaceHook(at: AtHost, ports: ConnectionPorts): Promise<void> {
  const before = await ourHooks(at, ports);
  await createHook(at, ports);
  for (const hook of before) await deleteHook(at, hook, ports);
}

/** Whatever the host says, no delivery counts any more. Answers why the host may still have a hook. */
export async function removeHooks(at: AtHost, ports: ConnectionPorts): Promise<string | undefined> {
  let because: string | undefined;
  try {
    for (const hook of await ourHooks(at, ports)) {
      // A host answers for a former name, too: what was made under the new one stays.
      const record = await ports.hooks.get(hook.id);
      if (!record || record.repository.url === at.repository.url) await deleteHook(at, hook, ports);
    }
  } catch (error) {
    if (!(error instanceof TowpathError)) throw error;
    because = error.message;
  }
  for (const { id } of await ports.hooks.ofRepository(at.repository)) await ports.hooks.remove(id);
  return because;
}
