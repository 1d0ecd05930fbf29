import type { Context } from 'hono';
import { validator } from 'hono/validator';
import type * as z from 'zod';
import type { AppStore } from '../../aws/table/apps.ts';
import type { App } from '../../domain/app.ts';
import { noSuchApp } from '../../lifecycle/errors.ts';
import { invalidInput, malformedJson } from './errors.ts';

/** The app that the route's path names. */
export async function appOf({ req }: Context, apps: Pick<AppStore, 'get'>): Promise<App> {
  const id = req.param('app') ?? '';
  const app = await apps.get(id);
  if (!app) throw noSuchApp(id);
  return app;
}

const MAX_PROBLEMS = 5;
const MAX_SEEN_LENGTH = 100;
/** Their values may be secrets, or hold one. */
const NEVER_REPEATED = new Set<PropertyKey | undefined>(['password', 'token', 'value', 'url']);

/** What was sent, where its kind is not all that is wrong with it. */
function seen({ code, input, path }: z.core.$ZodIssue): string {
  if (NEVER_REPEATED.has(path.at(-1))) return '';
  if (typeof input === 'number') return `, not ${input}`;
  const isChoice = code === 'invalid_value' || code === 'invalid_format';
  return isChoice && typeof input === 'string' ? `, not ${JSON.stringify(input.slice(0, MAX_SEEN_LENGTH))}` : '';
}

/** `rules[0].source`. zod's own way of writing it would bring all its languages along. */
const asWritten = (path: PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

function problemsOf({ issues }: z.ZodError): string[] {
  const told = issues
    .slice(0, MAX_PROBLEMS)
    .map((issue) => [asWritten(issue.path), `${issue.message}${seen(issue)}`].filter(Boolean).join(': '));
  return issues.length > MAX_PROBLEMS ? [...told, `and ${issues.length - MAX_PROBLEMS} more`] : told;
}

/** What the caller sent, or a 400 that says what is wrong with it. */
export const read = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) throw invalidInput(problemsOf(parsed.error));
  return parsed.data;
};

/** What a route takes, for its caller and for docs/reference/openapi.json alike. */
export interface Takes {
  json?: z.ZodType;
  query?: z.ZodType;
}

export const json = <Schema extends z.ZodType>(schema: Schema) =>
  Object.assign(
    validator('json', (value, { req }) => {
      // Without its type, hono takes a body for an empty one.
      const isJson = /json/i.test(req.header('content-type') ?? '');
      if (!isJson && !schema.safeParse(value).success) throw malformedJson();
      return read(schema, value);
    }),
    { takes: { json: schema } satisfies Takes },
  );

export const query = <Schema extends z.ZodType>(schema: Schema) =>
  Object.assign(
    validator('query', (value) => read(schema, value)),
    { takes: { query: schema } satisfies Takes },
  );
