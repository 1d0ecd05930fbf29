/**
 * Environment variables of an app: plain values, and secrets as references to where they are kept. Each belongs to one
 * scope; a deployment sees those of its scopes, the narrower ones over the wider.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Deployment } from './deployment.ts';
import { siteIdOf } from './site.ts';

/** `app`: every branch. `branch:<name>`: that branch. `previews`: every pull request, which sees nothing of `app`. */
export const VariableScope = z
  .string()
  .regex(
    /^(app|branch:.+|previews|pull-request:[1-9]\d{0,9})$/s,
    'a scope is app, branch:<name>, previews or pull-request:<number>',
  );

export const SECRET_STORES = ['parameter-store', 'secrets-manager'] as const;

/** `fetched`: each function reads it when it starts. `baked`: it is in the functions' code, which starts sooner. */
export const AT_RUN_TIME = ['fetched', 'baked'] as const;

const SecretReference = z.object({
  store: z.enum(SECRET_STORES),
  /** Parameter's name; secret's name, with `:<key>` behind it where its value is JSON. */
  name: z.string().min(1),
  atRunTime: z.enum(AT_RUN_TIME),
});
export type SecretReference = z.infer<typeof SecretReference>;

export const Variable = z.object({
  app: z.string(),
  scope: VariableScope,
  name: z.string().min(1),
  /** Exactly one of both. */
  value: z.string().optional(),
  secret: SecretReference.optional(),
  updatedAt: z.iso.datetime(),
});
export type Variable = z.infer<typeof Variable>;

/** What a deployment is for. A preview of a fork is built from code that nobody here has read. */
export type VariableTarget = { branch: string } | { pullRequest: number; fork: boolean };

export const targetOf = ({ commit, preview }: Pick<Deployment, 'commit' | 'preview'>): VariableTarget =>
  preview ? { pullRequest: preview.number, fork: preview.isFork } : { branch: commit.branch };

const scopesOf = (target: VariableTarget) =>
  'branch' in target ? ['app', `branch:${target.branch}`] : ['previews', `pull-request:${target.pullRequest}`];

/** The variables that a deployment sees, by name. */
export function variablesFor(variables: Variable[], target: VariableTarget): Map<string, Variable> {
  const isForFork = 'fork' in target && target.fork;
  const seen = scopesOf(target).flatMap((scope) =>
    variables.filter((variable) => variable.scope === scope && !(isForFork && variable.secret)),
  );
  return new Map(seen.map((variable) => [variable.name, variable]));
}

const isPublic = (name: string) => name.startsWith('NEXT_PUBLIC_');

/**
 * Equal when no variable differs that Next.js writes into the files it builds. Two builds of one commit with equal ones are
 * the same, whatever the functions see at run time.
 */
export function publicFingerprint(variables: Iterable<Variable>): string {
  const pairs = [...variables].filter(({ name }) => isPublic(name)).map(({ name, value }) => [name, value]);
  return createHash('sha256').update(JSON.stringify(pairs.sort())).digest('hex');
}

/** Everything below belongs to one app: its roles may read it, the API may write it. */
export const appSecretPrefix = (stage: string, app: string) => `/towpath/${stage}/apps/${app}/`;
/** Secrets Manager's names have no leading slash. */
export const secretsManagerPrefix = (stage: string, app: string) => appSecretPrefix(stage, app).slice(1);

/** Where the value of a secret variable is kept that was given to Towpath. */
export function secretParameter(stage: string, { app, scope, name }: Pick<Variable, 'app' | 'scope' | 'name'>): string {
  const branch = /^branch:(.+)$/s.exec(scope)?.[1];
  // A branch may have any name, a parameter may not.
  const folder = branch === undefined ? scope.replace(':', '/') : `branch/${siteIdOf(app, branch)}`;
  return `${appSecretPrefix(stage, app)}variables/${folder}/${name}`;
}

interface NameRefusal {
  why: string;
  remedy: string;
}

const ANOTHER_NAME = 'Give the variable another name.';

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const REFUSED: [RegExp, NameRefusal][] = [
  [
    /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|PROFILE)$/,
    {
      why: 'builds and functions have a role of their own, whose credentials come under this name',
      remedy:
        'For another account, name it otherwise, for instance MY_AWS_SECRET_ACCESS_KEY, mark it --secret, and give it to the SDK client yourself.',
    },
  ],
  [/^AWS_/, { why: 'names that begin with AWS_ are set by AWS', remedy: ANOTHER_NAME }],
  [
    /^(_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_.*|LD_PRELOAD|LD_LIBRARY_PATH)$/,
    { why: 'Lambda sets it', remedy: ANOTHER_NAME },
  ],
  [/^CODEBUILD_/, { why: 'names that begin with CODEBUILD_ are set by CodeBuild', remedy: ANOTHER_NAME }],
  [/^TOWPATH_/, { why: 'names that begin with TOWPATH_ are set by Towpath', remedy: ANOTHER_NAME }],
  [
    /^(PATH|HOME|PWD|SHELL|USER|IFS|BASH_ENV|ENV)$/,
    {
      why: 'the shell of the build and the functions need theirs',
      remedy:
        'To change it for one command, write it before the command in amplify.yml: PATH="$PWD/bin:$PATH" command.',
    },
  ],
];

const SYNTAX = /^[A-Za-z_][A-Za-z0-9_]*$/;
const MAX_NAME_LENGTH = 200;

/** Why a variable may not have this name, if so. */
export function nameRefusal(name: string): NameRefusal | undefined {
  if (!SYNTAX.test(name) || name.length > MAX_NAME_LENGTH) {
    return {
      why: `a name has 1–${MAX_NAME_LENGTH} of A–Z, a–z, 0–9 and _, and does not start with a digit`,
      remedy: ANOTHER_NAME,
    };
  }
  return REFUSED.find(([pattern]) => pattern.test(name))?.[1];
}

/** Below this, a value is found in client files by chance. */
export const MIN_SECRET_LENGTH = 8;
/** Of a standard parameter: https://docs.aws.amazon.com/general/latest/gr/ssm.html */
export const MAX_SECRET_BYTES = 4096;

/** Why this may not be a secret variable's value, if so. Never repeats it. */
export function secretRefusal(name: string, value: string): string | undefined {
  if (isPublic(name))
    return `${name} would be in the files that every browser gets: NEXT_PUBLIC_ variables are no secrets`;
  if (value.length < MIN_SECRET_LENGTH)
    return `a secret has at least ${MIN_SECRET_LENGTH} characters: a shorter one cannot be told from chance when client files are searched for it`;
  if (Buffer.byteLength(value) > MAX_SECRET_BYTES)
    return `a secret has at most ${MAX_SECRET_BYTES} bytes; keep a longer one in Secrets Manager and give its name`;
  return undefined;
}
