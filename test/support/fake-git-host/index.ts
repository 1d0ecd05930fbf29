/**
 * A Git host on the loopback that speaks as GitHub, GitLab, Bitbucket Cloud and Gitea do, each under its own paths. It keeps
 * what it is told, answers as it is told to, and refuses what the real ones refuse: no token, a wrong one, unknown fields.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Repository } from '../../../domain/deployment.ts';
import { DIALECTS, type FakeKind } from './dialects.ts';
import type { Dialect, FakeRepository, Operation } from './state.ts';

export type { FakeKind } from './dialects.ts';
export type { FakeRepository } from './state.ts';

export interface ScriptedAnswer {
  /** 0: the connection breaks. */
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface SeenRequest {
  operation: Operation;
  authorization: string | undefined;
  status: number;
}

export interface FakeGitHost {
  url: string;
  /** The one that may do everything. */
  token: string;
  /** What it was given, as hosts tell; unless there is something, they tell nothing. */
  scopes?: string[];
  repositories: FakeRepository[];
  requests: SeenRequest[];
  /** The repository as Towpath names it. */
  repository(kind: FakeKind, name: string): Repository;
  /** What the next requests for an operation get instead of an answer. */
  script(operation: Operation, ...answers: ScriptedAnswer[]): void;
  stop(): Promise<void>;
}

export const newRepository = (name: string, about: Partial<FakeRepository> = {}): FakeRepository => ({
  name,
  private: true,
  defaultBranch: 'main',
  branches: {},
  archives: {},
  hooks: [],
  statuses: [],
  comments: {},
  pulls: {},
  ...about,
});

interface Call {
  dialect: Dialect;
  operation: Operation;
  repository: FakeRepository | undefined;
  /** What the path names besides: a branch, an id, a commit. */
  detail: string;
}

function route(method: string, path: string, repositories: FakeRepository[]): Call | undefined {
  for (const dialect of Object.values(DIALECTS)) {
    const [whole, name] = new RegExp(`^${dialect.repository}`).exec(path) ?? [];
    if (!whole || !name) continue;
    const rest = path.slice(whole.length).replace(/\?(per_page|limit|pagelen)=\d+$/, '');
    for (const [verb, pattern, operation] of dialect.routes) {
      const found = verb === method && pattern.exec(rest);
      if (!found) continue;
      const repository = repositories.find((one) => one.name === decodeURIComponent(name));
      return { dialect, operation, repository, detail: decodeURIComponent(found[1] ?? '') };
    }
  }
  return undefined;
}

type Answered = [status: number, body?: object | Buffer];

/** Ids as GitHub gives them are numbers, Bitbucket's are no matter here. */
let lastId = 100;
const nextId = () => String(++lastId);

function perform(
  { dialect, operation, detail }: Call,
  repository: FakeRepository,
  sent: Record<string, unknown>,
  page: string,
): Answered {
  switch (operation) {
    case 'facts':
      return [200, dialect.facts(repository, page)];
    case 'branch': {
      const head = repository.branches[detail];
      return head ? [200, dialect.head(detail, head)] : [404];
    }
    case 'branches': {
      const heads = Object.entries(repository.branches).map(([name, head]) => dialect.head(name, head));
      return [200, dialect.many(heads)];
    }
    case 'pullCommits': {
      const commits = (repository.pulls[detail] ?? []).map(({ sha, message }) => ({
        type: 'commit',
        hash: sha,
        message,
      }));
      return [200, dialect.many(commits.slice(0, 1))];
    }
    case 'hooks':
      return [200, dialect.hooks(repository.hooks)];
    case 'createHook': {
      const hook = dialect.readHook(sent);
      if (!hook || repository.hooks.some(({ url }) => url === hook.url)) return [422];
      repository.hooks.push({ id: nextId(), ...hook });
      return [201, (dialect.hooks(repository.hooks.slice(-1)) as object[])[0] ?? {}];
    }
    case 'deleteHook': {
      const index = repository.hooks.findIndex(({ id }) => id === detail);
      if (index < 0) return [404];
      repository.hooks.splice(index, 1);
      return [204];
    }
    case 'comments':
      return [200, dialect.comments(repository.comments[detail] ?? [])];
    case 'createComment': {
      const body = dialect.readComment(sent);
      if (typeof body !== 'string') return [422];
      repository.comments[detail] = [...(repository.comments[detail] ?? []), { id: nextId(), body }];
      return [201, {}];
    }
    case 'updateComment': {
      const comment = Object.values(repository.comments)
        .flat()
        .find(({ id }) => id === detail);
      const body = dialect.readComment(sent);
      if (!comment || typeof body !== 'string') return [404];
      comment.body = body;
      return [200, {}];
    }
    case 'status':
      repository.statuses.push({ sha: detail, body: sent });
      return [201, {}];
    case 'archive': {
      const archive = repository.archives[detail];
      return archive ? [200, archive] : [404];
    }
  }
}

function send(response: ServerResponse, status: number, body: object | Buffer | undefined, headers = {}) {
  const isBytes = body instanceof Buffer;
  response.writeHead(status, { 'content-type': isBytes ? 'application/gzip' : 'application/json', ...headers });
  response.end(isBytes ? body : body && JSON.stringify(body));
}

export async function startFakeGitHost(token: string, repositories: FakeRepository[]): Promise<FakeGitHost> {
  const requests: SeenRequest[] = [];
  const scripts = new Map<Operation, ScriptedAnswer[]>();

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const path = request.url ?? '';
    const body = await text(request);
    if (path === '/api/v4/personal_access_tokens/self' && host.scopes)
      return send(response, 200, { id: 4, active: true, scopes: host.scopes });
    const call = route(request.method ?? '', path, host.repositories);
    if (!call) return send(response, 404, { message: `no such call: ${request.method} ${path}` });
    const { authorization } = request.headers;
    const [scripted] = scripts.get(call.operation)?.splice(0, 1) ?? [];
    const presented = call.dialect.token(authorization);
    const refused = authorization !== undefined && presented !== host.token;
    const hidden = !presented && (call.repository?.private || request.method !== 'GET');
    const [status, answered]: Answered = refused
      ? [401]
      : hidden || !call.repository
        ? [404]
        : scripted
          ? [scripted.status]
          : perform(call, call.repository, JSON.parse(body || '{}'), `${host.url}/${call.repository.name}`);
    requests.push({ operation: call.operation, authorization, status });
    if (status === 0) return request.socket.destroy();
    if (scripted) return response.writeHead(status, scripted.headers).end(scripted.body);
    // GitHub of classic tokens, Bitbucket of access tokens.
    const told = host.scopes && /\/(api\/v3|2\.0)\//.test(path) && { 'x-oauth-scopes': host.scopes.join(', ') };
    send(response, status, answered ?? (status === 204 ? undefined : { message: 'no' }), { ...told });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const host: FakeGitHost = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    repositories,
    requests,
    repository: (kind, name) => ({ host: kind, name, url: `${host.url}/${name}` }),
    script: (operation, ...answers) => scripts.set(operation, answers),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return host;
}
