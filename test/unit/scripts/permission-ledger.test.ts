import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { EXCUSED, judgeLedger } from '../../support/permission-ledger.ts';
import type { RoleStatement } from '../../support/permissions.ts';

const statement = (role: string, index: number, actions: string[], needed: string[]): RoleStatement => ({
  role,
  policy: 'p',
  index,
  actions,
  needed,
});

test('a statement is idle when no journey has a call that would be refused without it', () => {
  const first = [
    statement('local-detect', 0, ['s3:GetObject', 's3:PutObject'], ['s3:GetObject']),
    statement('local-detect', 1, ['s3:PutObject'], ['s3:PutObject']),
    statement('towpath-dev-shop-main-fn', 7, ['ssm:GetParameters'], []),
    statement('towpath-dev-shop-main-build', 2, ['s3:GetBucketLocation'], []),
  ];
  const second = [
    statement('local-detect', 0, ['s3:GetObject', 's3:PutObject'], []),
    statement('towpath-dev-other-main-fn', 8, ['ssm:GetParameters'], ['ssm:GetParameters']),
  ];
  const idleActions = ['local-detect p: s3:PutObject'];
  expect(judgeLedger([first, second])).toMatchObject({ statements: 4, idle: [], idleActions });
  expect(judgeLedger([first])).toMatchObject({ statements: 4, idle: ['site/fn p: ssm:GetParameters'], idleActions });
});

test('what is excused is not idle; an excuse for what is needed after all is idle talk', () => {
  const role = 'towpath-control-dev-removeTraces';
  const excused = statement(role, 2, ['iam:GetRole'], []);
  expect(judgeLedger([[excused]]).idle).toEqual([]);
  expect(judgeLedger([[excused]]).idleTalk).not.toContain(`${role}: iam:GetRole`);
  expect(judgeLedger([[{ ...excused, needed: ['iam:GetRole'] }]]).idleTalk).toContain(`${role}: iam:GetRole`);
});

test('every excuse names a test that there is', () => {
  const missing = EXCUSED.filter(({ test: file }) => file && !existsSync(join(import.meta.dirname, '../..', file)));
  expect(missing).toEqual([]);
});
