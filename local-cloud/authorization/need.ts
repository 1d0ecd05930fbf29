/** What an operation needs: the rows of the tables in operations/. */
import type { Context } from './pattern.ts';

/** Around the input of a call. */
export interface At {
  accountId: string;
  /** Of the call. */
  region: string;
  /** Reads what the input alone does not tell, e.g. a secret's whole ARN; undefined when there is none. */
  look<Output>(scope: string, operation: string, input: object): Promise<Output | undefined>;
  /** Whether any policy of the caller has a condition on that key, so that costly ones are worked out only then. */
  asksFor(conditionKey: string): boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: each operation has its own input; the tables type what they read of it.
type Input = any;

/** One ARN or several, each of which must be allowed; none when this input does not need the permission. */
export type ResourceOf = (input: Input, at: At) => string | string[] | Promise<string | string[]>;

export interface Need {
  /** e.g. `s3:GetObject` */
  action: string;
  resource: ResourceOf;
  /** Condition keys that the input gives, in lower case. */
  context?: (input: Input, at: At, resource: string) => Context | Promise<Context>;
  /** The service that is handed the role which is the resource: it must be trusted by the role as well. */
  passedTo?: string;
  /** A role that has to have the permission instead of the caller, e.g. a state machine's own. */
  ofRole?: (input: Input) => string | undefined;
  /** Needed only to be told of the operation's failure with one of these codes; without it, it looks like a denial. */
  toBeTold?: string[];
}

/** By operation. An empty row: everybody may. */
export type Rows = Record<string, Need[]>;

/** Actions that take no resource are allowed by `Resource: '*'` alone. */
const anything: ResourceOf = () => '*';

export const need = (action: string, resource: ResourceOf = anything, more: Partial<Need> = {}): Need => ({
  action,
  resource,
  ...more,
});

/** iam:PassRole for a role that the input names, if it does. */
export const passRole = (service: string, roleOf: (input: Input) => string | undefined): Need => ({
  action: 'iam:PassRole',
  resource: (input) => roleOf(input) ?? [],
  context: () => ({ 'iam:passedtoservice': service }),
  passedTo: service,
});

/** The same permission for several operations. */
export const rowsOf = (operations: string[], row: (operation: string) => Need[]): Rows =>
  Object.fromEntries(operations.map((operation) => [operation, row(operation)]));

/** `aws:RequestTag/…` and `aws:TagKeys`. */
export function tagContext(tags: Record<string, string> | undefined): Context {
  const entries = Object.entries(tags ?? {});
  if (entries.length === 0) return {};
  return {
    'aws:tagkeys': entries.map(([key]) => key),
    ...Object.fromEntries(entries.map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, value])),
  };
}

/** Tags as most services list them. */
export const listedTags = (tags: { Key?: string; Value?: string }[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

export const isEmpty = (value: object | undefined): boolean =>
  value === undefined || (Array.isArray(value) ? value : Object.keys(value)).length === 0;
