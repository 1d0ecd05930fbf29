/** Git's smart HTTP: each request is one run of `git http-backend`, over CGI (RFC 3875; gitdoc: git-http-backend). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Git } from './git.ts';

const MAX_HEADER_BYTES = 64 * 1024;

export interface BackendRequest {
  /** Folder that holds the repositories. */
  root: string;
  /** `/<name>.git/…`, decoded. */
  pathInfo: string;
  query: string;
  /** Further variables, which git passes on to its hooks. */
  environment: Record<string, string>;
}

const header = (request: IncomingMessage, name: string) => String(request.headers[name] ?? '');

function cgiVariables(request: IncomingMessage, { root, pathInfo, query, environment }: BackendRequest) {
  const length = request.headers['content-length'];
  return {
    ...environment,
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method ?? 'GET',
    PATH_INFO: pathInfo,
    QUERY_STRING: query,
    CONTENT_TYPE: header(request, 'content-type'),
    HTTP_CONTENT_ENCODING: header(request, 'content-encoding'),
    HTTP_GIT_PROTOCOL: header(request, 'git-protocol'),
    REMOTE_ADDR: request.socket.remoteAddress ?? '',
    // Without a length the backend reads to the end: large pushes come in chunks.
    ...(length === undefined ? {} : { CONTENT_LENGTH: length }),
  };
}

/** Writes the CGI header block to `response`. */
function applyHeaders(block: string, response: ServerResponse) {
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
}

/** Resolves when the backend has ended and everything it said is on its way. */
export function runHttpBackend(git: Git, request: IncomingMessage, response: ServerResponse, about: BackendRequest) {
  return new Promise<void>((resolve) => {
    const child = git.start(['http-backend'], { env: cgiVariables(request, about), stdio: ['pipe', 'pipe', 'ignore'] });
    const { stdin, stdout } = child;
    if (!stdin || !stdout) throw new Error('git http-backend has no pipes');
    stdin.on('error', () => undefined);
    request.pipe(stdin);
    request.once('aborted', () => stdin.destroy());
    response.once('close', () => stdout.resume());

    let head = Buffer.alloc(0);
    const onHead = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = /\r?\n\r?\n/.exec(head.toString('latin1'));
      if (!end && head.length < MAX_HEADER_BYTES) return;
      stdout.off('data', onHead);
      if (!end) {
        child.kill();
        return;
      }
      applyHeaders(head.toString('latin1', 0, end.index), response);
      response.write(head.subarray(end.index + end[0].length));
      stdout.pipe(response, { end: false });
    };
    stdout.on('data', onHead);

    child.once('error', () => undefined);
    child.once('close', () => {
      if (!response.headersSent) response.statusCode = 500;
      response.end();
      resolve();
    });
  });
}
