/** Reads customHttp.yml, or the same list from the API, or says which line is wrong. Pure. https://docs.aws.amazon.com/amplify/latest/userguide/custom-header-YAML-format.html */
import * as z from 'zod';
import type { SiteRules } from '../domain/site-rules.ts';
import { normalRoot } from './source-tree.ts';
import { explain, isUnreadable, type ReadText, readText } from './yaml-text.ts';

const Value = z.preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string());
const List = z
  .array(
    z.strictObject({
      pattern: z.string().min(1).max(500),
      headers: z.array(z.strictObject({ key: z.string(), value: Value })).min(1),
    }),
  )
  .max(100);
const OneApp = z.strictObject({ customHeaders: List });
const ManyApps = z.strictObject({
  applications: z.array(z.strictObject({ appRoot: z.string(), customHeaders: List })),
});
const KEYS = ['customHeaders', 'applications', 'appRoot', 'pattern', 'headers', 'key', 'value'];
type List = z.output<typeof List>;

export type ReadHeaders = { headers?: SiteRules['headers'] } | { problem: { line?: number; message: string } };

/** A token: https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** CloudFront answers 502 to a function that sets one, or sets it itself: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html */
const RESERVED =
  /^(connection|content-length|date|expect|keep-alive|proxy-.*|trailer|transfer-encoding|upgrade|via|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache.*|x-edge-.*|x-forwarded-proto|x-real-ip|x-towpath-.*|set-cookie)$/i;

/** What is wrong with a header, and which of its two parts to change. */
function headerProblem({ key, value }: { key: string; value: string }): ['key' | 'value', string] | undefined {
  if (!NAME.test(key)) return ['key', `${JSON.stringify(key)} is no name of a header`];
  if (RESERVED.test(key))
    return [
      'key',
      `the header ${key} is CloudFront's own, or would be the same for every visitor: it cannot be set here`,
    ];
  if (/[\r\n\0]/.test(value)) return ['value', `the value of ${key} has a line break: write it in one line`];
  if (/[^\t\x20-\x7e]/.test(value)) return ['value', `the value of ${key} has characters other than ASCII`];
  return undefined;
}

const readable = (list: List): SiteRules['headers'] =>
  list.map(({ pattern, headers }) => ({ pattern, headers: headers.map(({ key, value }) => ({ name: key, value })) }));

type Place = Pick<ReadText, 'content' | 'placeOf' | 'placeOfKey'>;

function checked(list: List, path: PropertyKey[], { placeOfKey }: Place): ReadHeaders {
  for (const [index, { headers }] of list.entries()) {
    for (const [at, header] of headers.entries()) {
      const problem = headerProblem(header);
      if (!problem) continue;
      const [part, message] = problem;
      return { problem: { message, line: placeOfKey([...path, index, 'headers', at, part]).line } };
    }
  }
  return { headers: readable(list) };
}

function unreadable(error: z.ZodError, path: PropertyKey[], place: Place): ReadHeaders {
  // A key that is not known is why another one is missing.
  const unknown = error.issues.find(({ code }) => code === 'unrecognized_keys');
  const issue = unknown ?? (error.issues[0] as z.core.$ZodIssue);
  const whole = { ...issue, path: [...path, ...issue.path] };
  const { line } =
    whole.code === 'unrecognized_keys'
      ? place.placeOfKey([...whole.path, whole.keys[0] as string])
      : place.placeOf(whole.path);
  return { problem: { line, message: explain(whole, place.content, KEYS) } };
}

/** The list itself, as `customHeaders` has it at `path` of a text. */
export function readHeaders(value: unknown, path: PropertyKey[], place: Place): ReadHeaders {
  const parsed = List.safeParse(value);
  return parsed.success ? checked(parsed.data, path, place) : unreadable(parsed.error, path, place);
}

/** The headers for this app; none when the file is for other apps of the repository. */
export function readHeadersFile(text: string, appRoot: string): ReadHeaders {
  const read = readText(text, 'YAML');
  if (isUnreadable(read)) {
    const { place, message } = read;
    return { problem: { line: place.line, message: `column ${place.column}: ${message}` } };
  }
  const { content } = read;
  const isMany = typeof content === 'object' && content !== null && 'applications' in content;
  const parsed = (isMany ? ManyApps : OneApp).safeParse(content);
  if (!parsed.success) return unreadable(parsed.error, [], read);
  if ('customHeaders' in parsed.data) return checked(parsed.data.customHeaders, ['customHeaders'], read);
  const index = parsed.data.applications.findIndex((application) => normalRoot(application.appRoot) === appRoot);
  const own = parsed.data.applications[index];
  return own ? checked(own.customHeaders, ['applications', index, 'customHeaders'], read) : {};
}
