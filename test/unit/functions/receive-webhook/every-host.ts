/** Every host's pushes on their whole way: received, kept in a queue, applied. */
import type { HookRecord } from '../../../../aws/table/hooks.ts';
import { App } from '../../../../domain/app.ts';
import type { GitHostKind } from '../../../../domain/deployment.ts';
import { apply } from '../../../../functions/apply-change/apply.ts';
import type { ApplyChangePorts } from '../../../../functions/apply-change/run.ts';
import {
  type ReceiveWebhookPorts,
  run as receive,
  type WebhookRequest,
} from '../../../../functions/receive-webhook/run.ts';
import { Announced } from '../../../../githost/index.ts';
import { NAME, samples } from '../../../support/deliveries.ts';

export const SECRET = 's3cret of all hooks';

const MAX_MESSAGE_BYTES = 1_048_576;

/** A store as strict as the real one: a key has at most 2,048 bytes, an item 400 KB. */
export function strictPorts(kind: GitHostKind, change: Partial<App> = {}, hooks: HookRecord[] = []) {
  const url = `${samples[kind].server}/acme/shop`;
  const app = App.parse({
    id: 'shop',
    repository: { host: kind, name: NAME, url },
    branches: ['main', 'next'],
    createdAt: '2026-11-01T00:00:00Z',
    ...change,
  });
  const key = (text: string) => {
    if (text.length === 0 || Buffer.byteLength(text) > 1024) throw new Error(`no key: ${text.length} bytes`);
  };
  const created: { branch: string; message: string; sha: string }[] = [];
  const seen = new Set<string>();
  const logs: object[] = [];
  const queued: string[] = [];
  const ports: ReceiveWebhookPorts & Omit<ApplyChangePorts, 'queue' | 'remainingMilliseconds'> & { queued: string[] } =
    {
      queued,
      queue: {
        send: async (message) => {
          const body = JSON.stringify(message);
          if (Buffer.byteLength(body) > MAX_MESSAGE_BYTES) throw new Error('no message: too large');
          queued.push(body);
        },
      },
      secret: async () => SECRET,
      hooks: { get: async (id) => hooks.find((hook) => hook.id === id) },
      apps: {
        ofRepository: async (_, name) => {
          key(name);
          return name === NAME ? [app] : [];
        },
      },
      deliveries: {
        seen: async (_, id) => {
          key(id);
          return seen.has(id);
        },
        record: async (_, id) => {
          seen.add(id);
        },
      },
      sites: {
        get: async () => undefined,
        getOrCreate: async () => undefined as never,
        nextNumber: async () => 1,
        numberFor: async () => 1,
      },
      deployments: {
        create: async (record) => {
          if (Buffer.byteLength(JSON.stringify(record)) > 400_000) throw new Error('no item: too large');
          created.push(record.commit);
          return true;
        },
        ofSite: async () => [],
        get: async () => undefined,
        advance: async () => true,
      },
      slots: { request: async () => ({ slot: 'running' }), release: async () => ({}) },
      executions: { start: async () => 'arn', stop: async () => true, arnOf: (machine, name) => `${machine}:${name}` },
      releases: { get: async () => undefined },
      emit: async () => undefined,
      ignored: { ofApp: async () => [], put: async () => undefined },
      removeSite: async (site) => ({ deployment: '01JD0000000000000000000001', site, status: 'started' }),
      headOf: async () => ({ sha: 'b'.repeat(40), message: '' }),
      tellDeclined: async () => undefined,
      newId: () => '01JD0000000000000000000001',
      now: () => new Date('2026-11-20T10:00:00Z'),
      log: (entry) => {
        logs.push(entry);
      },
    };
  return { ports, created, logs };
}

type Ports = ReturnType<typeof strictPorts>['ports'];
type Delivered = Omit<WebhookRequest, 'receivedAt'>;

export const run = (request: Delivered, ports: Ports) =>
  receive({ ...request, receivedAt: new Date('2026-11-20T09:59:59Z') }, ports);

/** The host's answer, and what was done once the queue is empty. */
export async function deliver(request: Delivered, ports: Ports) {
  const answer = await run(request, ports);
  const applied = [];
  for (const body of ports.queued.splice(0)) {
    const announced = Announced.parse(JSON.parse(body));
    const { host, name } = announced.changes[0]!.repository;
    const connected = await ports.apps.ofRepository(host, name);
    applied.push(await apply(announced, { connected, later: [] }, ports));
  }
  return {
    answer,
    deployments: applied.flatMap(({ deployments }) => deployments),
    reasons: applied.flatMap(({ reasons }) => reasons),
  };
}
