/**
 * Whether a caller may do what it asks for: the policies of its role, those of the resource, and the trust of roles.
 *
 * Gaps: users, groups, managed policies, permissions boundaries and session policies (a role is judged by its inline
 * policies, and a denial in the log names what else it has), organisations' policies, tags of principals and resources as
 * conditions, the policies of secrets, event buses, log groups and tables, `aws:SourceArn` in trust policies.
 * By design: the root user may do anything; AWS services that act for themselves are judged by the policy of a bucket, a
 * queue or a function, and by a role's trust, and by nothing else; CloudFormation acts for the root user; everything is in
 * one account, and every call counts as made over TLS.
 */
import { AwsError } from '../protocol/aws-error.ts';
import type { Caller } from '../service.ts';
import { createDecisions, type Decision } from './decisions.ts';
import { accessDenied, notAssumable } from './denial.ts';
import { isJudged, type Judgement, judge } from './judge.ts';
import type { At, Need } from './need.ts';
import { NEEDS } from './operations/index.ts';
import type { Context } from './pattern.ts';
import { createPolicies, type Policies, type PolicyPorts } from './policies.ts';
import { callerContext, isRoot } from './principal.ts';

export interface AuthorizerPorts extends Omit<PolicyPorts, 'isWithheld'> {
  accountId: string;
  now: () => number;
  look: At['look'];
  log(line: string): void;
}

/** One call, before it is made. */
export interface PlannedCall {
  scope: string;
  operation: string;
  input: object;
  caller: Caller;
}

export interface Authorizer {
  /** Throws AccessDenied in the shape of the called service. */
  authorize(call: PlannedCall): Promise<void>;
  /** The error that the caller of a failed call gets: a denial, if it may not be told of this one. */
  tell(call: PlannedCall, error: unknown): Promise<unknown>;
  /** Throws AccessDenied if the AWS service may not assume the role. */
  checkTrust(roleArn: string, service: string): void;
  /** What was decided since the start. */
  decisions(): Decision[];
  /** Judges as though these statements of roles were not there, until what is returned is called. */
  withhold(isWithheld: PolicyPorts['isWithheld']): () => void;
}

export function createAuthorizer(ports: AuthorizerPorts): Authorizer {
  let isWithheld: PolicyPorts['isWithheld'] = () => false;
  const policies = createPolicies({ ...ports, isWithheld: (statement) => isWithheld(statement) });
  const decisions = createDecisions();

  const decide = (caller: Caller, action: string, resource: string, context: Context): Judgement => {
    const whole = { ...callerContext(caller, ports.now()), ...context };
    const judgement = judge(policies, caller, { action, resource, context: whole });
    const principal = caller.service ?? caller.roleArn ?? caller.arn;
    const { refused, by, alone = false } = judgement;
    decisions.add({ principal, action, resource, allowed: !refused, by, needed: alone });
    return judgement;
  };

  const demand = (
    scope: string,
    caller: Caller,
    { action, toBeTold }: Pick<Need, 'action' | 'toBeTold'>,
    resource: string,
    context: Context,
  ): void => {
    const { refused, missingKeys } = decide(caller, action, resource, context);
    if (!refused) return;
    const error = accessDenied(scope, caller, { action, resource }, refused);
    const { notJudged = [] } = ports.rolePolicies(caller.roleArn ?? '') ?? {};
    // Something is missing, and may be by rights, as the cache before a first build: who asked hears of it, nobody else.
    if (!toBeTold) ports.log(`denied: ${error.message}${hint(missingKeys, notJudged)}`);
    throw error;
  };

  const asService = (service: string): Caller => ({ accountId: ports.accountId, arn: service, service, region: '' });
  const checkTrust = (roleArn: string, service: string) =>
    demand('sts', asService(service), { action: 'sts:AssumeRole' }, roleArn, {});

  const demandNeed = async (need: Need, { scope, input, caller }: PlannedCall, at: At): Promise<void> => {
    const who = need.ofRole ? asRole(need.ofRole(input), caller) : caller;
    if (!who || (!isJudged(who, need.action) && !need.passedTo)) return;
    for (const resource of [await need.resource(input, at)].flat()) {
      if (isJudged(who, need.action)) {
        demand(scope, who, need, resource, (await need.context?.(input, at, resource)) ?? {});
      }
      if (need.passedTo && decide(asService(need.passedTo), 'sts:AssumeRole', resource, {}).refused) {
        throw notAssumable(need.passedTo, resource);
      }
    }
  };

  return {
    authorize: async (call) => {
      const { roleArn, assumedBy } = call.caller;
      if (roleArn && assumedBy) checkTrust(roleArn, assumedBy);
      const at = around(call, ports, policies);
      for (const need of rowOf(call)) if (!need.toBeTold) await demandNeed(need, call, at);
    },
    tell: async (call, error) => {
      const code = error instanceof AwsError ? error.code : '';
      const at = around(call, ports, policies);
      try {
        for (const need of rowOf(call)) if (need.toBeTold?.includes(code)) await demandNeed(need, call, at);
        return error;
      } catch (denial) {
        return denial;
      }
    },
    checkTrust,
    decisions: decisions.list,
    withhold: (wanted) => {
      isWithheld = wanted;
      return () => {
        if (isWithheld === wanted) isWithheld = () => false;
      };
    },
  };
}

const around = ({ caller }: PlannedCall, ports: AuthorizerPorts, policies: Policies): At => ({
  accountId: ports.accountId,
  region: caller.region,
  look: ports.look,
  asksFor: (key) =>
    policies
      .ofRole(caller.roleArn)
      .some(({ statements }) => statements.some(({ conditions }) => conditions.some((each) => each.key === key))),
});

/** The role that an input names, as a caller of its own. */
function asRole(roleArn: string | undefined, { accountId, region }: Caller): Caller | undefined {
  return roleArn === undefined ? undefined : { accountId, region, roleArn, arn: roleArn };
}

function rowOf({ scope, operation, caller }: PlannedCall): Need[] {
  const row = NEEDS[scope]?.[operation];
  if (row) return row;
  if (isRoot(caller) || caller.service !== undefined) return [];
  const message = `${scope}:${operation} has no row in local-cloud/authorization/operations: what it needs is not known`;
  throw new AwsError('NotImplemented', message, 501);
}

/** What the log adds for whoever wonders why. */
function hint(missingKeys: string[], notJudged: string[]): string {
  const keys = missingKeys.length > 0 ? `; a statement asks for ${missingKeys.join(', ')}, which this call lacks` : '';
  return notJudged.length > 0 ? `${keys}; not judged by the local cloud: ${notJudged.join(', ')}` : keys;
}
