/** Who a call is by, as policies see it. */
import type { Caller } from '../service.ts';
import type { PolicySource } from './evaluate.ts';
import type { Context } from './pattern.ts';
import type { Principals } from './policy.ts';

/** The account's root user, who may do anything. */
export const isRoot = ({ arn }: Caller): boolean => /^arn:aws:iam::\d{12}:root$/.test(arn);

/**
 * How a resource's policy names the caller. Naming the whole account only lets the account's own policies decide.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
function named(principals: Principals | undefined, caller: Caller): 'itself' | 'account' | undefined {
  if (!principals) return undefined;
  if (principals.everyone) return 'itself';
  if (caller.service !== undefined) return principals.services.includes(caller.service) ? 'itself' : undefined;
  if (principals.aws.some((arn) => arn === caller.roleArn || arn === caller.arn)) return 'itself';
  const account = [caller.accountId, `arn:aws:iam::${caller.accountId}:root`];
  return principals.aws.some((arn) => account.includes(arn)) ? 'account' : undefined;
}

/** The statements of a resource's policy that are about the caller. */
export function about(policy: PolicySource, caller: Caller, how: 'itself' | 'account' | 'either'): PolicySource {
  const statements = policy.statements.filter(({ principals }) => {
    const found = named(principals, caller);
    return how === 'either' ? found !== undefined : found === how;
  });
  return { ...policy, statements };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function callerContext(caller: Caller, now: number): Context {
  const { accountId, roleArn, service, sourceArn, region } = caller;
  const time = {
    'aws:currenttime': new Date(now).toISOString(),
    'aws:epochtime': String(Math.floor(now / 1000)),
    // There is no TLS on this machine; in AWS there always is.
    'aws:securetransport': 'true',
    'aws:requestedregion': region,
    'aws:resourceaccount': accountId,
    'aws:sourceip': '127.0.0.1',
  };
  if (service !== undefined) {
    return {
      ...time,
      'aws:principalisawsservice': 'true',
      'aws:principalservicename': service,
      'aws:sourceaccount': accountId,
      ...(sourceArn !== undefined && { 'aws:sourcearn': sourceArn }),
    };
  }
  return {
    ...time,
    'aws:principalisawsservice': 'false',
    'aws:principalaccount': accountId,
    'aws:principalarn': roleArn ?? caller.arn,
    'aws:principaltype': roleArn ? 'AssumedRole' : 'User',
    ...(roleArn && { 'aws:userid': `${roleArn.split('/').pop()}:${caller.arn.split('/').pop()}` }),
  };
}
