/** Who may: the policies of a role beside those of a resource, and trust. */
import { describe, expect, test } from '@jest/globals';
import { judge } from '../../../local-cloud/authorization/judge.ts';
import { createPolicies } from '../../../local-cloud/authorization/policies.ts';
import { callerContext } from '../../../local-cloud/authorization/principal.ts';
import type { Caller } from '../../../local-cloud/service.ts';

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;
const role: Caller = {
  accountId: ACCOUNT,
  region: 'us-east-1',
  roleArn: ROLE,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/r/s`,
};
const cloudFront: Caller = {
  accountId: ACCOUNT,
  region: 'us-east-1',
  arn: 'cloudfront.amazonaws.com',
  service: 'cloudfront.amazonaws.com',
  sourceArn: `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`,
};
const OBJECT = 'arn:aws:s3:::b/k';

const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more });
const own = { ...statement('Allow') };
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

const refused = (...asked: Parameters<typeof judged>) => judged(...asked).refused;

function judged(
  caller: Caller,
  identity: object[],
  resource: object[] | undefined,
  action = 's3:GetObject',
  on = OBJECT,
) {
  const policies = createPolicies({
    isWithheld: () => false,
    rolePolicies: () => ({ inline: { p: document(...identity) }, notJudged: [] }),
    resourcePolicy: () => resource && document(...resource),
  });
  return judge(policies, caller, { action, resource: on, context: callerContext(caller, 0) });
}

test('a statement that is withheld says nothing, and the others what they said', () => {
  const withheld = new Set<number>();
  const policies = createPolicies({
    isWithheld: ({ owner, policy, statement: index }) => owner === ROLE && policy === 'p' && withheld.has(index),
    rolePolicies: () => ({
      inline: {
        p: document(statement('Allow', { Action: 's3:PutObject' }), own, statement('Deny', { Resource: 'x' })),
      },
      notJudged: [],
    }),
    resourcePolicy: () => undefined,
  });
  const asked = (action: string) =>
    judge(policies, role, { action, resource: OBJECT, context: callerContext(role, 0) }).refused;
  const both = () => [asked('s3:GetObject'), asked('s3:PutObject')];
  expect(both()).toEqual([undefined, undefined]);
  withheld.add(1);
  expect(both()).toEqual(['no identity', undefined]);
  withheld.delete(1);
  expect(both()).toEqual([undefined, undefined]);
});

describe('a role of the account', () => {
  const named = (AWS: string) => ({ Principal: { AWS } });
  test.each<[string, object[], object[] | undefined, string | undefined]>([
    ['its own policy is enough', [own], undefined, undefined],
    ['nothing at all', [], undefined, 'no identity'],
    ['the resource names the role', [], [statement('Allow', named(ROLE))], undefined],
    ['the resource names its session', [], [statement('Allow', named(role.arn))], undefined],
    ['the resource names everybody', [], [statement('Allow', { Principal: '*' })], undefined],
    ['the resource names another role', [], [statement('Allow', named(`${ROLE}x`))], 'no identity'],
    ['naming the account only lets its policies decide', [], [statement('Allow', named(ACCOUNT))], 'no identity'],
    ['its own policy denies', [own, statement('Deny')], [statement('Allow', named(ROLE))], 'denied by identity'],
    ['the resource denies everybody', [own], [statement('Deny', { Principal: '*' })], 'denied by resource'],
    [
      'the resource denies the account',
      [own],
      [statement('Deny', named(`arn:aws:iam::${ACCOUNT}:root`))],
      'denied by resource',
    ],
    ['the resource denies somebody else', [own], [statement('Deny', named(`${ROLE}x`))], undefined],
    [
      'a statement for services is not for roles',
      [],
      [statement('Allow', { Principal: { Service: 's.amazonaws.com' } })],
      'no identity',
    ],
  ])('%s', (_, identity, resource, expected) => {
    expect(refused(role, identity, resource)).toBe(expected);
  });
});

describe('a service for itself', () => {
  const forDistribution = (id: string) => ({
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Condition: { StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:distribution/${id}` } },
  });
  test.each<[string, object[] | undefined, string | undefined]>([
    ['no policy', undefined, 'no resource'],
    ['for its distribution', [statement('Allow', forDistribution('E1'))], undefined],
    ['for another distribution', [statement('Allow', forDistribution('E2'))], 'no resource'],
    ['for another service', [statement('Allow', { Principal: { Service: 'events.amazonaws.com' } })], 'no resource'],
    [
      'denied',
      [statement('Allow', { Principal: '*' }), statement('Deny', forDistribution('E1'))],
      'denied by resource',
    ],
  ])('%s', (_, resource, expected) => {
    expect(refused(cloudFront, [], resource)).toBe(expected);
  });
});

describe('assuming a role', () => {
  const OTHER = `arn:aws:iam::${ACCOUNT}:role/other`;
  const trusts = (Principal: object) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
  test.each<[string, object[], object[] | undefined, string | undefined]>([
    ['its own policy is not enough', [own], [trusts({ Service: 'lambda.amazonaws.com' })], 'no resource'],
    ['no such role', [own], undefined, 'no resource'],
    ['trusted itself', [], [trusts({ AWS: ROLE })], undefined],
    ['the account is trusted, and its own policy allows', [own], [trusts({ AWS: ACCOUNT })], undefined],
    ['the account is trusted alone', [], [trusts({ AWS: ACCOUNT })], 'no identity'],
  ])('%s', (_, identity, trust, expected) => {
    expect(refused(role, identity, trust, 'sts:AssumeRole', OTHER)).toBe(expected);
  });
});

test('a policy that cannot be judged stops the call, and says which', () => {
  const bad = statement('Allow', { Condition: { StringMatches: { k: 'v' } } });
  expect(() => refused(role, [bad], undefined)).toThrow(`The policy p of ${ROLE} cannot be judged`);
});

const DELETE = statement('Allow', { Action: 's3:DeleteObject' });
test.each<[string, object[], object[] | undefined, boolean | undefined]>([
  ['one of its statements', [own, DELETE], undefined, true],
  ['two of them', [own, own], undefined, false],
  ['its own and the resource', [own], [statement('Allow', { Principal: '*' })], false],
  ['the resource', [DELETE], [statement('Allow', { Principal: '*' })], true],
  ['nothing', [DELETE], undefined, undefined],
])('allowed by %s: whether it would be refused without', (_, identity, resource, alone) => {
  expect(judged(role, identity, resource).alone).toBe(alone);
});
