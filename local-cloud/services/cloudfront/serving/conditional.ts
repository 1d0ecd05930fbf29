/** What the edge answers by itself from a whole 200 response: 304, and parts of it. Pure. */
import { type EdgeRequest, type EdgeResponse, EMPTY_BODY, header, without } from './message.ts';

/** The viewer's copy is the same: If-None-Match decides, without it If-Modified-Since. */
export function isNotModified(request: EdgeRequest, response: EdgeResponse): boolean {
  const wanted = header(request.headers, 'if-none-match');
  const etag = header(response.headers, 'etag');
  if (wanted !== undefined) {
    const weak = (tag: string) => tag.trim().replace(/^W\//, '');
    return wanted.trim() === '*' || (etag !== undefined && wanted.split(',').some((tag) => weak(tag) === weak(etag)));
  }
  const since = Date.parse(header(request.headers, 'if-modified-since') ?? '');
  const modified = Date.parse(header(response.headers, 'last-modified') ?? '');
  return modified <= since;
}

export function notModified(response: EdgeResponse): EdgeResponse {
  const dropped = ['content-length', 'content-type', 'content-encoding', 'content-range', 'accept-ranges'];
  return { status: 304, headers: without(response.headers, (name) => dropped.includes(name)), body: EMPTY_BODY };
}

/** One byte range; several, or a malformed one, are ignored as RFC 9110 allows. */
export function applyRange(request: EdgeRequest, response: EdgeResponse): EdgeResponse {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header(request.headers, 'range') ?? '');
  if (!match || (match[1] === '' && match[2] === '') || !rangeStillApplies(request, response)) return response;
  const size = response.body.length;
  const suffix = match[1] === '';
  const start = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = suffix || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (start >= size || start > end) {
    const headers = { ...response.headers, 'content-range': [`bytes */${size}`], 'content-length': ['0'] };
    return { status: 416, headers, body: EMPTY_BODY };
  }
  const body = response.body.subarray(start, end + 1);
  const headers = {
    ...response.headers,
    'content-range': [`bytes ${start}-${end}/${size}`],
    'content-length': [String(body.length)],
  };
  return { status: 206, headers, body };
}

function rangeStillApplies(request: EdgeRequest, response: EdgeResponse): boolean {
  const condition = header(request.headers, 'if-range');
  if (condition === undefined) return true;
  return [header(response.headers, 'etag'), header(response.headers, 'last-modified')].includes(condition);
}
