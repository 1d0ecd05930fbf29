/**
 * A policy document, read once into what can be asked of it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { type Condition, conditionsOf, UnknownPolicyElement } from './conditions.ts';
import { type Context, matcher } from './pattern.ts';

export interface Statement {
  /** Position in its document, from 0. */
  index: number;
  sid: string | undefined;
  effect: 'Allow' | 'Deny';
  /** Of resource and trust policies. */
  principals: Principals | undefined;
  coversAction(action: string): boolean;
  coversResource(resource: string, context: Context): boolean;
  conditions: Condition[];
}

export interface Principals {
  everyone: boolean;
  /** Account ids and ARNs. */
  aws: string[];
  services: string[];
}

interface Written {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  NotPrincipal?: unknown;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** Throws UnknownPolicyElement for what cannot be judged here, and SyntaxError for what is no JSON. */
export function readPolicy(json: string): Statement[] {
  const { Version, Statement = [] } = JSON.parse(json) as { Version?: string; Statement?: Written | Written[] };
  const variables = Version === '2012-10-17';
  return [Statement].flat().map((written, index) => readStatement(written, index, variables));
}

function readStatement(written: Written, index: number, variables: boolean): Statement {
  if (written.NotPrincipal !== undefined) throw new UnknownPolicyElement('NotPrincipal is not evaluated here');
  const named = list(written.Action ?? written.NotAction).map((pattern) =>
    matcher(pattern, { wildcards: true, variables: false, ignoreCase: true }),
  );
  const on = list(written.Resource ?? written.NotResource).map((pattern) =>
    matcher(pattern, { wildcards: true, variables }),
  );
  const listsActions = written.Action !== undefined;
  const listsResources = written.Resource !== undefined;
  // A trust policy has no Resource: its role is the resource.
  const bare = !listsResources && written.NotResource === undefined;
  return {
    index,
    sid: written.Sid,
    effect: written.Effect,
    principals: written.Principal === undefined ? undefined : readPrincipals(written.Principal),
    coversAction: (action) => named.some((matches) => matches(action, {})) === listsActions,
    coversResource: (resource, context) => bare || on.some((matches) => matches(resource, context)) === listsResources,
    conditions: conditionsOf(written.Condition ?? {}, variables),
  };
}

function readPrincipals(written: NonNullable<Written['Principal']>): Principals {
  if (written === '*') return { everyone: true, aws: [], services: [] };
  const aws = list(written.AWS);
  return { everyone: aws.includes('*'), aws, services: list(written.Service) };
}

const list = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat());
