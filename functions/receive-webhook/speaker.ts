/** Whether a delivery is genuine, and which repositories it may speak of. Nothing of it is read before. */
import type { HookStore } from '../../aws/table/hooks.ts';
import type { Repository } from '../../domain/deployment.ts';
import { type GitHost, type Headers, hookSecret, isHookId, isSameServer, type Told } from '../../githost/index.ts';

export interface SpeakerPorts {
  /** What deliveries are signed with, by hooks made by hand; the secrets of the others derive from it. */
  secret: () => Promise<string>;
  hooks: Pick<HookStore, 'get'>;
}

export interface SignedDelivery {
  /** The `hook` of the query: which hook of Towpath's making it is. */
  hook?: string;
  /** Names in lower case. */
  headers: Headers;
  rawBody: Uint8Array;
}

/** `any` when the hook was made by hand. Undefined for a forgery, and for a hook that was disconnected. */
async function speakerOf(host: GitHost, { rawBody, headers, hook }: SignedDelivery, ports: SpeakerPorts) {
  const stackSecret = await ports.secret();
  if (hook === undefined) return (await host.verify(rawBody, headers, stackSecret)) ? 'any' : undefined;
  if (!isHookId(hook) || !(await host.verify(rawBody, headers, hookSecret(stackSecret, hook)))) return undefined;
  return (await ports.hooks.get(hook))?.repository;
}

/** Who knows the secret of one repository's hook may not speak for another. */
function within(repository: Repository, change: Told): Told {
  if (change.kind === 'ignored') return change;
  const { host, name, url } = change.repository;
  if (host === repository.host && name === repository.name && isSameServer(repository, change.repository))
    return change;
  const reason = `this webhook is of ${repository.name}, and tells of ${name} at ${new URL(url).host}: if the repository was renamed or moved, connect its new address (towpath connect URL --app APP --move)`;
  return { kind: 'ignored', reason };
}

/** What a genuine delivery tells of; undefined for any other. */
export async function genuineChanges(host: GitHost, delivery: SignedDelivery, ports: SpeakerPorts) {
  const speaker = await speakerOf(host, delivery, ports);
  if (!speaker) return undefined;
  const changes = host.parsePush(delivery.headers, delivery.rawBody);
  return speaker === 'any' ? changes : changes.map((change) => within(speaker, change));
}
