/** What policies mean: the cases of AWS's own documentation, and the traps between them. */
import { describe, expect, test } from '@jest/globals';
import { UnknownPolicyElement } from '../../../local-cloud/authorization/conditions.ts';
import { evaluate } from '../../../local-cloud/authorization/evaluate.ts';
import type { Context } from '../../../local-cloud/authorization/pattern.ts';
import { readPolicy } from '../../../local-cloud/authorization/policy.ts';

const ROLE = 'arn:aws:iam::111122223333:role/site';
const TABLE = 'arn:aws:dynamodb:us-east-1:111122223333:table/towpath';
const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:f';

type Written = Record<string, unknown>;

function outcome(
  statements: Written[],
  action: string,
  resource: string,
  context: Context = {},
  Version = '2012-10-17',
) {
  const json = JSON.stringify({ Version, Statement: statements });
  const policy = { owner: ROLE, name: 'p', statements: readPolicy(json) };
  return evaluate([policy], { action, resource, context }).outcome;
}

const allow = (Action: unknown, Resource: unknown, more: Written = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: unknown, Resource: unknown, more: Written = {}) => ({
  Effect: 'Deny',
  Action,
  Resource,
  ...more,
});

describe('statements', () => {
  test.each<[string, Written[], string, string, string]>([
    ['an action by name', [allow('s3:GetObject', '*')], 's3:GetObject', 'arn:aws:s3:::b/k', 'allowed'],
    ['nothing said', [allow('s3:PutObject', '*')], 's3:GetObject', 'arn:aws:s3:::b/k', 'silent'],
    ['explicit deny wins', [allow('*', '*'), deny('s3:Get*', '*')], 's3:GetObject', 'arn:aws:s3:::b/k', 'denied'],
    [
      'a deny of something else',
      [allow('*', '*'), deny('s3:Put*', '*')],
      's3:GetObject',
      'arn:aws:s3:::b/k',
      'allowed',
    ],
    ['actions in any case', [allow('S3:getobject', '*')], 's3:GetObject', 'arn:aws:s3:::b/k', 'allowed'],
    ['resources in their case', [allow('s3:*', 'arn:aws:s3:::B/*')], 's3:GetObject', 'arn:aws:s3:::b/k', 'silent'],
    ['? is one character', [allow('s3:GetObjec?', 'arn:aws:s3:::b/?')], 's3:GetObject', 'arn:aws:s3:::b/k', 'allowed'],
    ['? is not none', [allow('s3:*', 'arn:aws:s3:::b/k?')], 's3:GetObject', 'arn:aws:s3:::b/k', 'silent'],
    ['* over slashes', [allow('s3:*', 'arn:aws:s3:::b/*/d')], 's3:GetObject', 'arn:aws:s3:::b/a/c/d', 'allowed'],
    ['a bucket is not its objects', [allow('s3:*', 'arn:aws:s3:::b')], 's3:GetObject', 'arn:aws:s3:::b/k', 'silent'],
    [
      'characters of expressions',
      [allow('s3:*', 'arn:aws:s3:::b/a.c+(1)')],
      's3:GetObject',
      'arn:aws:s3:::b/abc+(1)',
      'silent',
    ],
    [
      'a function is not its versions',
      [allow('lambda:*', FUNCTION)],
      'lambda:InvokeFunction',
      `${FUNCTION}:1`,
      'silent',
    ],
    ['its versions', [allow('lambda:*', `${FUNCTION}:*`)], 'lambda:InvokeFunction', `${FUNCTION}:1`, 'allowed'],
    ['its versions are not itself', [allow('lambda:*', `${FUNCTION}:*`)], 'lambda:InvokeFunction', FUNCTION, 'silent'],
    ['NotAction', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 's3:GetObject', '*', 'allowed'],
    [
      'what NotAction names',
      [{ Effect: 'Allow', NotAction: ['iam:*', 's3:*'], Resource: '*' }],
      's3:GetObject',
      '*',
      'silent',
    ],
    [
      'NotResource',
      [{ Effect: 'Deny', Action: '*', NotResource: `${TABLE}*` }, allow('*', '*')],
      's3:GetObject',
      'arn:aws:s3:::b/k',
      'denied',
    ],
    [
      'what NotResource names',
      [{ Effect: 'Deny', Action: '*', NotResource: `${TABLE}*` }, allow('*', '*')],
      'dynamodb:Query',
      TABLE,
      'allowed',
    ],
    ['an index is not its table', [allow('dynamodb:Query', TABLE)], 'dynamodb:Query', `${TABLE}/index/gsi1`, 'silent'],
    [
      'actions without a resource',
      [allow('s3:ListAllMyBuckets', 'arn:aws:s3:::*')],
      's3:ListAllMyBuckets',
      '*',
      'silent',
    ],
  ])('%s', (_, statements, action, resource, expected) => {
    expect(outcome(statements, action, resource)).toBe(expected);
  });

  test('the verdict names the statement that decided', () => {
    const Statement = [allow('s3:*', '*'), deny('s3:GetObject', '*', { Sid: 'Never' })];
    const policy = { owner: ROLE, name: 'p', statements: readPolicy(JSON.stringify({ Statement })) };
    const verdict = evaluate([policy], { action: 's3:GetObject', resource: '*', context: {} });
    expect(verdict.by).toEqual({ owner: ROLE, policy: 'p', statement: 1, sid: 'Never' });
  });
});

describe('conditions', () => {
  const judge = (Condition: Written, context: Context) =>
    outcome([allow('*', '*', { Condition })], 'a:B', '*', context) === 'allowed';

  test.each<[string, Written, Context, boolean]>([
    [
      'StringEquals',
      { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
      { 'iam:passedtoservice': 'lambda.amazonaws.com' },
      true,
    ],
    [
      'another value',
      { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
      { 'iam:passedtoservice': 'codebuild.amazonaws.com' },
      false,
    ],
    ['the key is missing', { StringEquals: { k: 'a' } }, {}, false],
    ['any of several values', { StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
    ['all of several keys', { StringEquals: { k: 'a', l: 'b' } }, { k: 'a', l: 'c' }, false],
    ['all of several operators', { StringEquals: { k: 'a' }, Bool: { l: 'true' } }, { k: 'a', l: 'false' }, false],
    ['StringEquals takes * as it is', { StringEquals: { k: 'a*' } }, { k: 'ab' }, false],
    ['StringNotEquals: none of them', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
    ['StringNotEquals without the key', { StringNotEquals: { k: 'a' } }, {}, true],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { k: 'ABC' } }, { k: 'abc' }, true],
    ['StringLike', { StringLike: { k: 'a*c' } }, { k: 'abbc' }, true],
    ['StringNotLike', { StringNotLike: { k: 'a*' } }, { k: 'b' }, true],
    [
      'ArnLike',
      { ArnLike: { k: 'arn:aws:events:*:111122223333:rule/towpath-*' } },
      { k: 'arn:aws:events:eu-west-1:111122223333:rule/towpath-x' },
      true,
    ],
    [
      'ArnLike stays within the colons',
      { ArnLike: { k: 'arn:aws:events:*:rule/r' } },
      { k: 'arn:aws:events:eu-west-1:1:rule/r' },
      false,
    ],
    [
      'ArnEquals takes wildcards too',
      { ArnEquals: { k: 'arn:aws:sns:us-east-1:1:*' } },
      { k: 'arn:aws:sns:us-east-1:1:t' },
      true,
    ],
    ['ArnNotEquals', { ArnNotEquals: { k: 'arn:aws:sns:us-east-1:1:t' } }, { k: 'arn:aws:sns:us-east-1:1:t' }, false],
    ['Bool as JSON', { Bool: { 'aws:SecureTransport': false } }, { 'aws:securetransport': 'true' }, false],
    ['NumericLessThanEquals', { NumericLessThanEquals: { k: 10 } }, { k: '10' }, true],
    ['NumericGreaterThan', { NumericGreaterThan: { k: '10' } }, { k: '9' }, false],
    ['numbers are no texts', { NumericEquals: { k: '10' } }, { k: '10.0' }, true],
    [
      'DateGreaterThan',
      { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
      { 'aws:currenttime': '2026-06-01T00:00:00Z' },
      true,
    ],
    ['DateLessThan in seconds', { DateLessThan: { k: '1' } }, { k: '2026-01-01T00:00:00Z' }, false],
    [
      'IpAddress',
      { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '127.0.0.0/8'] } },
      { 'aws:sourceip': '127.0.0.1' },
      true,
    ],
    ['NotIpAddress', { NotIpAddress: { 'aws:SourceIp': '127.0.0.1' } }, { 'aws:sourceip': '127.0.0.1' }, false],
    ['Null true', { Null: { k: 'true' } }, {}, true],
    ['Null false', { Null: { k: false } }, {}, false],
    ['IfExists without the key', { StringEqualsIfExists: { k: 'a' } }, {}, true],
    ['IfExists with another value', { StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
    [
      'ForAllValues',
      { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['SITE#a', 'SITE#b'] } },
      { 'dynamodb:leadingkeys': ['SITE#a', 'SITE#a'] },
      true,
    ],
    [
      'ForAllValues: one is another',
      { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['SITE#a'] } },
      { 'dynamodb:leadingkeys': ['SITE#a', 'SITE#c'] },
      false,
    ],
    ['ForAllValues without the key is true', { 'ForAllValues:StringEquals': { k: 'a' } }, {}, true],
    [
      'ForAnyValue',
      { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'towpath:*' } },
      { 'aws:tagkeys': ['other', 'towpath:site'] },
      true,
    ],
    ['ForAnyValue without the key', { 'ForAnyValue:StringEquals': { k: 'a' } }, {}, false],
    ['ForAnyValue negated, without the key', { 'ForAnyValue:StringNotEquals': { k: 'a' } }, {}, false],
  ])('%s', (_, condition, context, expected) => {
    expect(judge(condition, context)).toBe(expected);
  });

  test('keys are the same in any case', () => {
    expect(judge({ StringEquals: { 'AWS:SourceArn': 'x' } }, { 'aws:sourcearn': 'x' })).toBe(true);
  });

  test.each([
    ['an operator that is none', { StringMatches: { k: 'a' } }],
    ['a quantifier that is none', { 'ForSomeValues:StringEquals': { k: 'a' } }],
  ])('%s is refused, not passed over', (_, Condition) => {
    const json = JSON.stringify({ Statement: [allow('*', '*', { Condition })] });
    expect(() => readPolicy(json)).toThrow(UnknownPolicyElement);
  });

  test('what a call does not carry is told', () => {
    const Statement = allow('*', '*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } });
    const policy = { owner: ROLE, name: 'p', statements: readPolicy(JSON.stringify({ Statement })) };
    const { missingKeys } = evaluate([policy], { action: 'a:B', resource: '*', context: {} });
    expect(missingKeys).toEqual(['aws:principaltag/team']);
  });
});

describe('policy variables', () => {
  const home = [allow('s3:*', 'arn:aws:s3:::b/${aws:PrincipalTag/site}/*')];
  const tagged = (site: string) => ({ 'aws:principaltag/site': site });

  test.each<[string, Written[], string, Context, string, string]>([
    ['the value', home, 'arn:aws:s3:::b/shop/k', tagged('shop'), '2012-10-17', 'allowed'],
    ['another value', home, 'arn:aws:s3:::b/blog/k', tagged('shop'), '2012-10-17', 'silent'],
    ['no value matches nothing', home, 'arn:aws:s3:::b//k', {}, '2012-10-17', 'silent'],
    ['a value is no pattern', home, 'arn:aws:s3:::b/shop/k', tagged('*'), '2012-10-17', 'silent'],
    ['an old version has none', home, 'arn:aws:s3:::b/shop/k', tagged('shop'), '2008-10-17', 'silent'],
    [
      'a default',
      [allow('s3:*', "arn:aws:s3:::b/${aws:PrincipalTag/site, 'none'}/*")],
      'arn:aws:s3:::b/none/k',
      {},
      '2012-10-17',
      'allowed',
    ],
    ['${*} is the character', [allow('s3:*', 'arn:aws:s3:::b/${*}')], 'arn:aws:s3:::b/k', {}, '2012-10-17', 'silent'],
    ['${*} matches it', [allow('s3:*', 'arn:aws:s3:::b/${*}')], 'arn:aws:s3:::b/*', {}, '2012-10-17', 'allowed'],
  ])('%s', (_, statements, resource, context, version, expected) => {
    expect(outcome(statements, 's3:GetObject', resource, context, version)).toBe(expected);
  });

  test('in a condition', () => {
    const Condition = { StringEquals: { 'aws:SourceAccount': '${aws:PrincipalAccount}' } };
    const context = { 'aws:sourceaccount': '1', 'aws:principalaccount': '1' };
    expect(outcome([allow('*', '*', { Condition })], 'a:B', '*', context)).toBe('allowed');
    expect(outcome([allow('*', '*', { Condition })], 'a:B', '*', { ...context, 'aws:principalaccount': '2' })).toBe(
      'silent',
    );
  });
});
