/** Pull requests and deleted branches, as each host tells of them: in the shapes that their documentation gives. */
import { describe, expect, test } from '@jest/globals';
import { GIT_HOSTS, type GitHostKind } from '../../../domain/deployment.ts';
import { gitHost, type Headers } from '../../../githost/index.ts';
import { deletionOf } from '../../support/deliveries.ts';
import { bytes } from './payload.ts';

const SHA = 'c'.repeat(40);
const page = 'https://git.example.com/acme/shop';

interface Sample {
  headers: Headers;
  body: (word: string, fork: boolean) => object;
  /** The host's words. */
  opened: string;
  updated: string;
  closed: string[];
  unimportant: string;
}

const likeGitHub = (action: string, fork: boolean) => ({
  action,
  number: 12,
  repository: { full_name: 'acme/shop', html_url: page },
  pull_request: {
    title: 'Sell bells',
    head: { sha: SHA, ref: 'bells', repo: { full_name: fork ? 'eve/shop' : 'acme/shop' } },
    base: { ref: 'main' },
  },
});

const SAMPLES: Record<GitHostKind, Sample> = {
  github: {
    headers: { 'x-github-event': 'pull_request', 'x-github-delivery': 'd' },
    body: likeGitHub,
    opened: 'opened',
    updated: 'synchronize',
    closed: ['closed'],
    unimportant: 'labeled',
  },
  gitea: {
    headers: { 'x-gitea-event': 'pull_request', 'x-gitea-delivery': 'd' },
    body: likeGitHub,
    opened: 'opened',
    updated: 'synchronized',
    closed: ['closed'],
    unimportant: 'edited',
  },
  gitlab: {
    headers: { 'x-gitlab-event': 'Merge Request Hook', 'idempotency-key': 'd' },
    body: (word, fork) => ({
      object_kind: 'merge_request',
      project: { path_with_namespace: 'acme/shop', web_url: page },
      object_attributes: {
        iid: 12,
        action: word === 'pushed' ? 'update' : word,
        ...(word === 'pushed' && { oldrev: 'd'.repeat(40) }),
        title: 'Sell bells',
        source_branch: 'bells',
        source_project_id: fork ? 99 : 14,
        target_project_id: 14,
        last_commit: { id: SHA, message: 'Sell bells' },
      },
    }),
    opened: 'open',
    updated: 'pushed',
    closed: ['close', 'merge'],
    unimportant: 'update',
  },
  bitbucket: {
    headers: { 'x-event-key': '', 'x-request-uuid': 'd' },
    body: (_, fork) => ({
      repository: { full_name: 'acme/shop', links: { html: { href: page } } },
      pullrequest: {
        id: 12,
        title: 'Sell bells',
        source: {
          branch: { name: 'bells' },
          commit: { hash: SHA.slice(0, 12) },
          repository: { full_name: fork ? 'eve/shop' : 'acme/shop' },
        },
      },
    }),
    opened: 'created',
    updated: 'updated',
    closed: ['fulfilled', 'rejected'],
    unimportant: 'approved',
  },
  git: {
    headers: { 'x-towpath-event': 'pull_request', 'x-towpath-delivery': 'd' },
    body: (action, isFork) => ({
      repository: { name: 'acme/shop', url: page },
      number: 12,
      action,
      branch: 'bells',
      isFork,
      head: { sha: SHA, message: 'Sell bells' },
    }),
    opened: 'opened',
    updated: 'updated',
    closed: ['closed'],
    unimportant: 'praised',
  },
};

describe.each(Object.keys(SAMPLES) as GitHostKind[])('a pull request at %s', (kind) => {
  const { headers, body, ...words } = SAMPLES[kind];
  const parse = (word: string, fork = false) => {
    const event = kind === 'bitbucket' ? { 'x-event-key': `pullrequest:${word}` } : {};
    return gitHost(kind).parsePush({ ...headers, ...event }, bytes(body(word, fork)));
  };
  const wanted = {
    kind: 'pull-request',
    deliveryId: 'd',
    repository: { host: kind, name: 'acme/shop', url: page },
    number: 12,
    branch: 'bells',
    isFork: false,
    // Bitbucket tells twelve characters, which are no commit.
    ...(kind !== 'bitbucket' && { sha: SHA }),
    message: 'Sell bells',
  };

  test('is opened, updated and closed, in the words of the host', () => {
    expect(parse(words.opened)).toEqual([{ ...wanted, change: 'opened' }]);
    expect(parse(words.updated)).toEqual([{ ...wanted, change: 'updated' }]);
    for (const word of words.closed) expect(parse(word)).toEqual([{ ...wanted, change: 'closed' }]);
  });

  test('of another repository is a fork’s', () => {
    const [pull] = parse(words.opened, true);
    expect(pull).toMatchObject({ isFork: true });
    // Where its commits are to be had in the repository itself, nothing leads to the fork.
    expect(pull && 'from' in pull ? pull.from : undefined).toBe(kind === 'bitbucket' ? 'eve/shop' : undefined);
  });

  test('that was only talked about asks for nothing', () => {
    expect(parse(words.unimportant)).toMatchObject([{ kind: 'ignored', reason: expect.stringContaining('no commit') }]);
    for (const word of ['constructor', '__proto__']) expect(parse(word)).toMatchObject([{ kind: 'ignored' }]);
  });
});

test.each([['../secret'], ['eve/..'], ['eve'], [7]])('a fork called %j is none that is read', (full_name) => {
  const { headers, body } = SAMPLES.bitbucket;
  const forked = body('', true) as { pullrequest: { source: { repository: object } } };
  forked.pullrequest.source.repository = { full_name };
  const parsed = gitHost('bitbucket').parsePush({ ...headers, 'x-event-key': 'pullrequest:created' }, bytes(forked));
  expect(parsed).toMatchObject([{ isFork: true }]);
  expect(parsed[0]).not.toHaveProperty('from', full_name);
});

test('a fork that was deleted is a fork still', () => {
  const body = likeGitHub('closed', true);
  const gone = { ...body, pull_request: { ...body.pull_request, head: { ...body.pull_request.head, repo: null } } };
  expect(gitHost('github').parsePush(SAMPLES.github.headers, bytes(gone))).toMatchObject([
    { isFork: true, change: 'closed' },
  ]);
});

test.each(GIT_HOSTS)('a deleted branch at %s is a deletion', (kind) => {
  const { headers, body } = deletionOf(kind, 'old/one', page);
  expect(gitHost(kind).parsePush(headers, bytes(body))).toEqual([
    { kind: 'deletion', deliveryId: 'd', repository: { host: kind, name: 'acme/shop', url: page }, branch: 'old/one' },
  ]);
});
