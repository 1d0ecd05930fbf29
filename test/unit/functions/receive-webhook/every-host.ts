/** A push of every host, its proof, and ports to receive it with. */
import { createHmac } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import { App } from '../../../../domain/app.ts';
import type { GitHostKind } from '../../../../domain/deployment.ts';
import type { ReceiveWebhookPorts } from '../../../../functions/receive-webhook/run.ts';
import type { Headers } from '../../../../githost/index.ts';
import { payload } from '../../githost/payload.ts';

export const SECRET = 's3cret of all hooks';
export const SHA = 'a'.repeat(40);
export const NAME = 'acme/shop';

interface Sample {
  server: string;
  headers: Headers;
  /** Names of the headers that carry the proof. */
  proof: string[];
  body: (branch: string, sha?: string, message?: string) => object;
}

export const samples: Record<GitHostKind, Sample> = {
  git: {
    server: 'http://127.0.0.1:4000',
    headers: { 'x-towpath-event': 'push', 'x-towpath-delivery': 'd' },
    proof: ['x-towpath-signature'],
    body: (branch, after = SHA, message = '') => ({
      repository: { name: NAME, url: 'http://127.0.0.1:4000/acme/shop' },
      ref: `refs/heads/${branch}`,
      after,
      headCommit: { message },
    }),
  },
  github: {
    server: 'https://github.com',
    headers: { 'x-github-event': 'push', 'x-github-delivery': 'd' },
    proof: ['x-hub-signature-256'],
    body: (branch, after = SHA, message = '') => ({
      repository: { full_name: NAME, html_url: 'https://github.com/acme/shop' },
      ref: `refs/heads/${branch}`,
      after,
      head_commit: { message },
    }),
  },
  gitlab: {
    server: 'https://gitlab.com',
    headers: { 'x-gitlab-event': 'Push Hook', 'idempotency-key': 'd' },
    proof: ['x-gitlab-token'],
    body: (branch, after = SHA, message = '') => ({
      ...payload('gitlab-push'),
      project: { path_with_namespace: NAME, web_url: 'https://gitlab.com/acme/shop' },
      ref: `refs/heads/${branch}`,
      after,
      commits: [{ id: after, message }],
    }),
  },
  bitbucket: {
    server: 'https://bitbucket.org',
    headers: { 'x-event-key': 'repo:push', 'x-request-uuid': 'd' },
    proof: ['x-hub-signature'],
    body: (name, hash = SHA, message = '') => ({
      repository: { full_name: NAME, links: { html: { href: 'https://bitbucket.org/acme/shop' } } },
      push: { changes: [{ new: { type: 'branch', name, target: { hash, message } } }] },
    }),
  },
  gitea: {
    server: 'https://git.example.com',
    headers: { 'x-gitea-event': 'push', 'x-gitea-delivery': 'd' },
    proof: ['x-gitea-signature', 'x-forgejo-signature'],
    body: (branch, after = SHA, message = '') => ({
      ...payload('gitea-push'),
      repository: { full_name: NAME, html_url: 'https://git.example.com/acme/shop' },
      ref: `refs/heads/${branch}`,
      after,
      head_commit: { message },
    }),
  },
};

/** What the host itself would send as proof. */
export async function proofOf(kind: GitHostKind, raw: Buffer, secret: string): Promise<Headers> {
  const hex = createHmac('sha256', secret).update(raw).digest('hex');
  const [header] = samples[kind].proof as [string];
  const proofs = { git: `sha256=${hex}`, github: '', gitlab: secret, bitbucket: `sha256=${hex}`, gitea: hex };
  return { [header]: kind === 'github' && raw.length > 0 ? await sign(secret, raw.toString()) : proofs[kind] };
}

/** A store as strict as the real one: a key has at most 2,048 bytes, an item 400 KB. */
export function strictPorts(kind: GitHostKind, change: Partial<App> = {}) {
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
  const ports: ReceiveWebhookPorts = {
    secret: async () => SECRET,
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
    sites: { get: async () => undefined, getOrCreate: async () => undefined as never, nextNumber: async () => 1 },
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
    slots: { request: async () => ({ slot: 'running' }) },
    executions: { start: async () => 'arn', stop: async () => true, arnOf: (machine, name) => `${machine}:${name}` },
    releases: { get: async () => undefined },
    emit: async () => undefined,
    report: async () => undefined,
    newId: () => '01JD0000000000000000000001',
    now: () => new Date('2026-11-20T10:00:00Z'),
    log: (entry) => {
      logs.push(entry);
    },
  };
  return { ports, created, logs };
}
