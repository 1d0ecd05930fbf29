/** Reads customHttp.yml, or the same list from the API, or says which line is wrong. Pure. https://docs.aws.amazon.com/amplify/latest/userguide/custom-header-YAML-format.html */
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { SiteRules } from '../domain/site-rules.ts';
import { normalRoot } from './source-tree.ts';

const List = z
  .array(
    z.strictObject({
      pattern: z.string().min(1).max(500),
      headers: z.array(z.strictObject({ key: z.string(), value: z.coerce.string() })).min(1),
    }),
  )
  .max(100);
const File = z.union([
  z.strictObject({ customHeaders: List }),
  z.strictObject({
    applications: z.array(z.strictObject({ appRoot: z.string(), customHeaders: List })),
  }),
]);
type List = z.output<typeof List>;

export type ReadHeaders = { headers?: SiteRules['headers'] } | { problem: { line?: number; message: string } };

/** A token: https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** CloudFront answers 502 to a function that sets one, or sets it itself: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html */
const RESERVED =
  /^(connection|content-length|date|expect|keep-alive|proxy-.*|trailer|transfer-encoding|upgrade|via|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache.*|x-edge-.*|x-forwarded-proto|x-real-ip|x-towpath-.*|set-cookie)$/i;

function headerProblem({ key, value }: { key: string; value: string }): string | undefined {
  if (!NAME.test(key)) return `${JSON.stringify(key)} is no name of a header`;
  if (RESERVED.test(key))
    return `the header ${key} is CloudFront's own, or would be the same for every visitor: it cannot be set here`;
  if (/[\r\n\0]/.test(value)) return `the value of ${key} has a line break: write it in one line`;
  if (/[^\t\x20-\x7e]/.test(value)) return `the value of ${key} has characters other than ASCII`;
  return undefined;
}

const readable = (list: List): SiteRules['headers'] =>
  list.map(({ pattern, headers }) => ({ pattern, headers: headers.map(({ key, value }) => ({ name: key, value })) }));

type Place = (path: PropertyKey[]) => number | undefined;

function checked(list: List, path: PropertyKey[], placeOf: Place): ReadHeaders {
  for (const [index, { headers }] of list.entries()) {
    for (const [at, header] of headers.entries()) {
      const message = headerProblem(header);
      const line = placeOf([...path, index, 'headers', at]);
      if (message) return { problem: { message, ...(line !== undefined && { line }) } };
    }
  }
  return { headers: readable(list) };
}

function unreadable(error: z.ZodError, placeOf: Place): ReadHeaders {
  const issues = error.issues.flatMap((issue) => (issue.code === 'invalid_union' ? issue.errors.flat() : [issue]));
  // Of both forms, what fits best went furthest.
  const [issue] = issues.toSorted((a, b) => b.path.length - a.path.length);
  const path = issue?.path ?? [];
  const line = placeOf(path);
  const message = `${path.length > 0 ? `${path.join('.')}: ` : ''}${issue?.message ?? 'not readable'}`;
  return { problem: { message, ...(line !== undefined && { line }) } };
}

/** The list itself, as `customHeaders` has it. */
export function readHeaders(value: unknown): ReadHeaders {
  const parsed = List.safeParse(value);
  return parsed.success ? checked(parsed.data, [], () => undefined) : unreadable(parsed.error, () => undefined);
}

/** The headers for this app; none when the file is for other apps of the repository. */
export function readHeadersFile(text: string, appRoot: string): ReadHeaders {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, merge: true, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    return { problem: { line, message: `no YAML, at column ${col}: ${error.message.replace(/\.$/, '')}` } };
  }
  const placeOf: Place = (path) => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const parsed = File.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) return unreadable(parsed.error, placeOf);
  if ('customHeaders' in parsed.data) return checked(parsed.data.customHeaders, ['customHeaders'], placeOf);
  const index = parsed.data.applications.findIndex((application) => normalRoot(application.appRoot) === appRoot);
  const own = parsed.data.applications[index];
  return own ? checked(own.customHeaders, ['applications', index, 'customHeaders'], placeOf) : {};
}
