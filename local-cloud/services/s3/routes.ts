/**
 * Which S3 operation a request is. Path-style addresses only: `/<bucket>/<key>`. An operation is told by its method, by
 * whether there is a key, and by the query parameters (and the copy-source header) that its model asks for.
 */
import { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../../protocol/aws-error.ts';
import { members, type SdkModel, type SdkOperation } from '../../protocol/sdk-model.ts';
import type { WireRequest } from '../../service.ts';

export interface S3Route {
  operation: SdkOperation;
  method: string;
  level: Level;
  /** Query parameters and headers that the request must have; those of the query with their value where it is fixed. */
  query: [string, string][];
  headers: string[];
  /** Further query parameters that the operation understands. */
  optional: Set<string>;
  status: number;
}

export interface S3Match {
  route: S3Route;
  labels: Record<string, string>;
}

type Level = 'service' | 'bucket' | 'object';

/** Copies are PUTs like any other but for this header. */
const COPY_SOURCE = 'x-amz-copy-source';
/** Only some SDKs name the operation, so the parameter tells nothing. */
const OPERATION_HINT = 'x-id';

export function s3Routes(model: SdkModel): S3Route[] {
  const routes: S3Route[] = [];
  for (const operation of model.operations.values()) {
    const { http } = typeof operation.traits === 'object' ? operation.traits : {};
    if (http && /^\/(\{Key\+\})?(\?|$)/.test(http[1])) routes.push(s3Route(operation, http));
  }
  const weight = (route: S3Route) => route.query.length + route.headers.length;
  return routes.sort((a, b) => weight(b) - weight(a));
}

function s3Route(operation: SdkOperation, [method, template, status]: [string, string, number]): S3Route {
  const schema = NormalizedSchema.of(operation.input);
  const requiredCount = schema.isStructSchema() ? ((schema.getSchema() as unknown as number[])[6] ?? 0) : 0;
  const query = [...new URLSearchParams(template.split('?')[1] ?? '')].filter(([name]) => name !== OPERATION_HINT);
  const headers: string[] = [];
  const optional = new Set<string>();
  let bucket = false;
  members(operation.input).forEach(([name, member], index) => {
    const { httpQuery, httpHeader } = member.getMergedTraits();
    if (name === 'Bucket') bucket = true;
    if (typeof httpQuery === 'string') {
      if (index < requiredCount) query.push([httpQuery, '']);
      else optional.add(httpQuery);
    }
    if (httpHeader === COPY_SOURCE) headers.push(COPY_SOURCE);
  });
  const level = template.startsWith('/{Key+}') ? 'object' : bucket ? 'bucket' : 'service';
  return { operation, method, level, query, headers, optional, status };
}

/** Bucket and key as the path has them; keys may hold `//`, `.` and `..`, so this is no URL parsing. */
function splitPath(url: string): { Bucket: string; Key: string } {
  const path = url.split('?')[0] ?? '/';
  const [, bucket = '', key = ''] = /^\/([^/]*)(?:\/([\s\S]*))?$/.exec(path) ?? [];
  try {
    return { Bucket: decodeURIComponent(bucket), Key: decodeURIComponent(key) };
  } catch {
    throw new AwsError('InvalidURI', `The path ${path} is not percent-encoded UTF-8`, 400);
  }
}

/** Presigned URLs carry the signature, and x-amz- headers, in the query. */
const isSigning = (name: string) => /^x-amz-/i.test(name);

/** The operation whose method, level, parameters and headers the request has. */
export function findS3Route(routes: S3Route[], request: WireRequest): S3Route | undefined {
  const level = levelOf(splitPath(request.url));
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  return routes.find(
    (candidate) =>
      candidate.method === request.method &&
      candidate.level === level &&
      candidate.query.every(([name, value]) => query.has(name) && (!value || query.get(name) === value)) &&
      candidate.headers.every((name) => request.headers[name] !== undefined),
  );
}

const levelOf = ({ Bucket, Key }: { Bucket: string; Key: string }): Level =>
  Bucket === '' ? 'service' : Key === '' ? 'bucket' : 'object';

export function matchS3Route(routes: S3Route[], request: WireRequest): S3Match {
  const { Bucket, Key } = splitPath(request.url);
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  const route = findS3Route(routes, request);
  if (!route) {
    throw new AwsError(
      'MethodNotAllowed',
      `${request.method} on a ${levelOf({ Bucket, Key })} is not emulated by the local cloud`,
      405,
    );
  }
  for (const name of query.keys()) {
    const known = route.optional.has(name) || route.query.some(([required]) => required === name);
    if (!known && name !== OPERATION_HINT && !isSigning(name)) {
      throw new AwsError('NotImplemented', `The sub-resource "${name}" is not emulated by the local cloud`, 501);
    }
  }
  return { route, labels: { ...(Bucket && { Bucket }), ...(Key && { Key }) } };
}

/** x-amz- parameters of a presigned URL, as the headers they stand for. */
export function hoistedHeaders(url: string): Record<string, string> {
  const query = [...new URLSearchParams(url.split('?')[1] ?? '')];
  return Object.fromEntries(
    query.filter(([name]) => isSigning(name)).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
