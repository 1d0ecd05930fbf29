/** A push as every host tells of it, and its proof. */
import { createHmac } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import type { GitHostKind } from '../../domain/deployment.ts';
import type { Headers } from '../../githost/index.ts';
import { payload } from '../unit/githost/payload.ts';

export const SHA = 'a'.repeat(40);
export const NAME = 'acme/shop';

const nameOf = (page: string) => new URL(page).pathname.slice(1);

interface Sample {
  server: string;
  headers: Headers;
  /** Names of the headers that carry the proof. */
  proof: string[];
  /** `page` is the repository's. */
  body: (branch: string, sha?: string, message?: string, page?: string) => object;
}

export const samples: Record<GitHostKind, Sample> = {
  git: {
    server: 'http://127.0.0.1:4000',
    headers: { 'x-towpath-event': 'push', 'x-towpath-delivery': 'd' },
    proof: ['x-towpath-signature'],
    body: (branch, after = SHA, message = '', page = 'http://127.0.0.1:4000/acme/shop') => ({
      repository: { name: nameOf(page), url: page },
      ref: `refs/heads/${branch}`,
      after,
      headCommit: { message },
    }),
  },
  github: {
    server: 'https://github.com',
    headers: { 'x-github-event': 'push', 'x-github-delivery': 'd' },
    proof: ['x-hub-signature-256'],
    body: (branch, after = SHA, message = '', page = 'https://github.com/acme/shop') => ({
      repository: { full_name: nameOf(page), html_url: page },
      ref: `refs/heads/${branch}`,
      after,
      head_commit: { message },
    }),
  },
  gitlab: {
    server: 'https://gitlab.com',
    headers: { 'x-gitlab-event': 'Push Hook', 'idempotency-key': 'd' },
    proof: ['x-gitlab-token'],
    body: (branch, after = SHA, message = '', page = 'https://gitlab.com/acme/shop') => ({
      ...payload('gitlab-push'),
      project: { path_with_namespace: nameOf(page), web_url: page },
      ref: `refs/heads/${branch}`,
      after,
      commits: [{ id: after, message }],
    }),
  },
  bitbucket: {
    server: 'https://bitbucket.org',
    headers: { 'x-event-key': 'repo:push', 'x-request-uuid': 'd' },
    proof: ['x-hub-signature'],
    body: (name, hash = SHA, message = '', page = 'https://bitbucket.org/acme/shop') => ({
      repository: { full_name: nameOf(page), links: { html: { href: page } } },
      push: { changes: [{ new: { type: 'branch', name, target: { hash, message } } }] },
    }),
  },
  gitea: {
    server: 'https://git.example.com',
    headers: { 'x-gitea-event': 'push', 'x-gitea-delivery': 'd' },
    proof: ['x-gitea-signature', 'x-forgejo-signature'],
    body: (branch, after = SHA, message = '', page = 'https://git.example.com/acme/shop') => ({
      ...payload('gitea-push'),
      repository: { full_name: nameOf(page), html_url: page },
      ref: `refs/heads/${branch}`,
      after,
      head_commit: { message },
    }),
  },
};

const GONE = '0'.repeat(40);

/** What each host sends when a branch was deleted: most of them a push to nowhere. */
export function deletionOf(kind: GitHostKind, branch: string, page: string): { headers: Headers; body: object } {
  const { headers, body } = samples[kind];
  if (kind === 'gitea') {
    const repository = { full_name: nameOf(page), html_url: page };
    return {
      headers: { ...headers, 'x-gitea-event': 'delete' },
      body: { ref: branch, ref_type: 'branch', pusher_type: 'user', repository, sender: { login: 'emma' } },
    };
  }
  if (kind === 'bitbucket') {
    const changes = [{ new: null, old: { type: 'branch', name: branch }, closed: true }];
    return { headers, body: { ...body(branch, SHA, '', page), push: { changes } } };
  }
  return { headers, body: body(branch, GONE, '', page) };
}

/** What the host itself would send as proof. */
export async function proofOf(kind: GitHostKind, raw: Buffer, secret: string): Promise<Headers> {
  const hex = createHmac('sha256', secret).update(raw).digest('hex');
  const [header] = samples[kind].proof as [string];
  const proofs = { git: `sha256=${hex}`, github: '', gitlab: secret, bitbucket: `sha256=${hex}`, gitea: hex };
  return { [header]: kind === 'github' && raw.length > 0 ? await sign(secret, raw.toString()) : proofs[kind] };
}
