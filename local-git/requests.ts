/** What the HTTP server answers: one function for each kind of request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Git } from './git.ts';
import { runHttpBackend } from './http-backend.ts';
import type { PushRecord } from './outbox.ts';
import type { Pulls } from './pulls.ts';
import { type CommitStatus, isRepositoryName, isSha, type Repositories } from './repositories.ts';

const MAX_STATUS_BYTES = 64 * 1024;
const STATES = ['pending', 'success', 'failure', 'error'];

interface HandlerOptions {
  git: Git;
  repositories: Repositories;
  /** Variables that the post-receive hook reads. */
  pushEnvironment: (repository: string) => Record<string, string>;
  afterPush: (repository: string) => Promise<void>;
  pulls: Pulls;
  /** Queues a delivery that no push made. */
  announce: (push: PushRecord) => void;
}

function answer(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
const refuse = (response: ServerResponse, status: number, message: string) => answer(response, status, { message });

/** A web page can make a browser call 127.0.0.1, but only under its own host name. */
function isLocalHost(request: IncomingMessage) {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return host === '127.0.0.1' || host === 'localhost' || host.endsWith('.localhost');
}

function asStatus(text: string): CommitStatus | undefined {
  try {
    const { state, context, description = '', targetUrl } = JSON.parse(text);
    if (!STATES.includes(state) || typeof context !== 'string' || typeof description !== 'string') return undefined;
    return { state, context, description, ...(typeof targetUrl === 'string' ? { targetUrl } : {}) };
  } catch {
    return undefined;
  }
}

function asPull(text: string): { branch: string; isFork: boolean } | undefined {
  try {
    const { branch, isFork = false } = JSON.parse(text);
    return typeof branch === 'string' && branch ? { branch, isFork: Boolean(isFork) } : undefined;
  } catch {
    return undefined;
  }
}

function asRef(text: string): string | undefined {
  try {
    const { ref } = JSON.parse(text);
    return typeof ref === 'string' && ref.startsWith('refs/heads/') ? ref : undefined;
  } catch {
    return undefined;
  }
}

/** Other content types can be sent by any web page without asking first. */
const isJson = (request: IncomingMessage) => /^application\/json\b/.test(request.headers['content-type'] ?? '');

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_STATUS_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

export function createRequestHandler({
  git,
  repositories,
  pushEnvironment,
  afterPush,
  announce,
  pulls,
}: HandlerOptions) {
  async function archive(response: ServerResponse, name: string, sha: string) {
    if (!isSha(sha) || !(await repositories.hasCommit(name, sha))) {
      return refuse(response, 404, `${name} has no commit ${sha}`);
    }
    const child = git.start(['archive', '--format=tar', `--prefix=${name}-${sha}/`, sha], {
      cwd: repositories.folderOf(name),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.once('error', () => response.destroy());
    // A cut answer is the only way left to say that the tree could not be read.
    child.once('close', (code) => code !== 0 && response.destroy());
    response.writeHead(200, { 'content-type': 'application/gzip' });
    if (child.stdout) await pipeline(child.stdout, createGzip({ level: 1 }), response);
  }

  async function statuses(request: IncomingMessage, response: ServerResponse, name: string, sha: string) {
    if (!isSha(sha) || !(await repositories.hasCommit(name, sha))) {
      return refuse(response, 404, `${name} has no commit ${sha}`);
    }
    if (request.method === 'GET') return answer(response, 200, repositories.statuses(name, sha));
    if (request.method !== 'POST') return refuse(response, 405, 'statuses are read with GET and added with POST');
    if (!isJson(request)) return refuse(response, 415, 'send the status as application/json');
    const status = asStatus((await readBody(request)) ?? '');
    if (!status)
      return refuse(response, 422, `a status has a state (${STATES.join(', ')}), a context and a description`);
    repositories.addStatus(name, sha, status);
    return answer(response, 201, status);
  }

  async function smartHttp(request: IncomingMessage, response: ServerResponse, name: string, url: URL) {
    const pathInfo = decodeURIComponent(url.pathname);
    const environment = pushEnvironment(name);
    await runHttpBackend(git, request, response, {
      root: repositories.root,
      pathInfo,
      query: url.search.slice(1),
      environment,
    });
    if (pathInfo.endsWith('/git-receive-pack')) await afterPush(name);
  }

  async function create(request: IncomingMessage, response: ServerResponse, name: string) {
    if (!isJson(request)) return refuse(response, 415, 'send the request as application/json');
    if (!isRepositoryName(name)) return refuse(response, 422, `"${name}" is no repository name`);
    await repositories.create(name);
    return answer(response, 201, { name });
  }

  /** Tells of a branch once more, as a Git host's "redeliver" does: a push that changes nothing tells nothing. */
  async function redeliver(request: IncomingMessage, response: ServerResponse, name: string) {
    if (!isJson(request)) return refuse(response, 415, 'send the request as application/json');
    const ref = asRef((await readBody(request)) ?? '');
    const sha = ref && (await repositories.head(name, ref));
    if (!ref || !sha) return refuse(response, 404, `${name} has no such branch: send {"ref": "refs/heads/<branch>"}`);
    announce({ repository: name, before: sha, after: sha, ref });
    return answer(response, 202, { ref, sha });
  }

  async function pullRequest(request: IncomingMessage, response: ServerResponse, name: string, number: number) {
    if (request.method === 'DELETE') {
      const closed = pulls.close(name, number);
      if (!closed) return refuse(response, 404, `${name} has no open pull request ${number}`);
      announce(closed);
      return answer(response, 202, { number, state: 'closed' });
    }
    if (request.method !== 'PUT')
      return refuse(response, 405, 'pull requests are opened with PUT and closed with DELETE');
    if (!isJson(request)) return refuse(response, 415, 'send the request as application/json');
    const wanted = asPull((await readBody(request)) ?? '');
    const opened = wanted && (await pulls.open(name, number, wanted.branch, wanted.isFork));
    if (!opened) return refuse(response, 404, `${name} has no such branch: send {"branch": "<branch>"}`);
    announce(opened);
    return answer(response, 201, { number, state: 'open', sha: opened.after });
  }

  async function route(request: IncomingMessage, response: ServerResponse) {
    if (!isLocalHost(request))
      return refuse(response, 403, `this Git host answers for 127.0.0.1, not ${request.headers.host}`);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, created] = (request.method === 'PUT' && /^\/([^/]+)\.git$/.exec(url.pathname)) || [];
    if (created) return create(request, response, created);
    const [, name, rest] = /^\/([^/]+)\.git(\/[^%]*)$/.exec(url.pathname) ?? [];
    if (!name || !rest || !repositories.exists(name)) {
      return refuse(response, 404, `there is no repository at ${url.pathname}: create it first`);
    }
    const [, kind, sha = ''] = /^\/(archive|statuses)\/([0-9a-f]+)(?:\.tar\.gz)?$/.exec(rest) ?? [];
    if (kind === 'archive') return archive(response, name, sha);
    if (rest === '/deliveries' && request.method === 'POST') return redeliver(request, response, name);
    const [, number] = /^\/pulls\/([1-9]\d{0,8})$/.exec(rest) ?? [];
    if (number) return pullRequest(request, response, name, Number(number));
    if (kind === 'statuses') return statuses(request, response, name, sha);
    return smartHttp(request, response, name, url);
  }

  /** Never rejects: a broken connection is the other side's business, anything else is a 500. */
  return async (request: IncomingMessage, response: ServerResponse) => {
    try {
      await route(request, response);
    } catch (error) {
      if (response.headersSent || response.destroyed) response.destroy();
      else refuse(response, 500, error instanceof Error ? error.message : String(error));
    }
  };
}
