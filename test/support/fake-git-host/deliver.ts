/** What the fake host does when somebody pushes: it moves the branch, and tells every hook, signed with that hook's secret. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { proofOf, samples } from '../deliveries.ts';
import type { FakeGitHost, FakeKind, FakeRepository } from './index.ts';
import type { FakeHook } from './state.ts';

export interface Delivered {
  status: number;
  body: Record<string, unknown>;
}

/** `x.execute-api.localhost` is this machine, whatever the resolver says. */
function post(url: URL, headers: Record<string, string>, body: Buffer): Promise<Delivered> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = url;
    const options = { host: '127.0.0.1', port, path: pathname + search, method: 'POST', agent: false };
    request({ ...options, headers: { ...headers, host: `${hostname}:${port}`, 'content-length': body.length } })
      .once('response', async (response) =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse((await text(response)) || '{}') }),
      )
      .once('error', reject)
      .end(body);
  });
}

/** `what` is the host's name of the event; a push, unless it is given. */
export async function deliver(
  kind: FakeKind,
  hook: Pick<FakeHook, 'url' | 'secret'>,
  push: object,
  id: string = randomUUID(),
  what?: string,
): Promise<Delivered> {
  const { headers } = samples[kind];
  const [event, delivery] = Object.keys(headers) as [string, string];
  const body = Buffer.from(JSON.stringify(push));
  const named = { [event]: what ?? headers[event], [delivery]: id, ...(await proofOf(kind, body, hook.secret)) };
  return post(new URL(hook.url), { 'content-type': 'application/json', ...named } as Record<string, string>, body);
}

export function pushTo(
  host: FakeGitHost,
  kind: FakeKind,
  repository: FakeRepository,
  { branch, sha, message, archive }: { branch: string; sha: string; message: string; archive: Buffer },
): Promise<Delivered[]> {
  repository.branches[branch] = { sha, message };
  repository.archives[sha] = archive;
  const push = samples[kind].body(branch, sha, message, `${host.url}/${repository.name}`);
  return Promise.all(repository.hooks.map((hook) => deliver(kind, hook, push)));
}
