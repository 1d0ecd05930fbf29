/** No permission is there for nothing, and none is missing: what deployments of a site used of every role's policies. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answer, connect } from '../../cli/api.ts';
import { follow } from '../../cli/follow.ts';
import {
  beginJourney,
  commitAll,
  type Deployed,
  denials,
  deployFolder,
  type Journey,
  makeRepository,
  writeFiles,
} from '../support/journey.ts';
import { type RoleStatement, statementsOf } from '../support/permissions.ts';
import { lockKeeper, tinyApp } from '../support/tiny-app.ts';

let journey: Journey;
let deployed: Deployed[];
let statements: RoleStatement[];

beforeAll(async () => {
  journey = await beginJourney();
  mkdirSync(join(journey.folder, 'lock'));
  const { environment } = lockKeeper(join(journey.folder, 'lock'));
  const folder = await makeRepository(join(journey.folder, 'tiny'), tinyApp('permitted'));
  const first = await deployFolder(journey, folder, { app: 'tiny', environment });
  writeFiles(folder, { 'title.txt': 'again' });
  await commitAll(folder, 'again');
  deployed = [first, await deployFolder(journey, folder, { app: 'tiny', environment })];
  // The site's own roles go with it.
  const ofSite = (await statementsOf(journey.workspace.cloud)).filter(({ role }) => /-(fn|build)$/.test(role));
  await takeAway();
  statements = [...ofSite, ...(await statementsOf(journey.workspace.cloud))];
}, 300_000);

async function takeAway(): Promise<void> {
  const { running, cloud } = journey.workspace;
  const { endpoint, region, credentials } = cloud;
  const lambda = new LambdaClient({ endpoint, region, credentials });
  for (const name of ['prune', 'reap'])
    await lambda.send(new InvokeCommand({ FunctionName: `towpath-control-dev-${name}` }));
  lambda.destroy();
  const api = connect(running);
  const { removals } = await answer(api.apps[':app'].$delete({ param: { app: 'tiny' } }));
  for (const { deployment } of removals) await follow(api, deployment, () => undefined);
  while ((await answer(api.apps.$get())).length > 0) await wait(100);
}

afterAll(() => journey?.end());

test('both deployments are live', () => {
  expect(deployed.flatMap(({ status, shown }) => (status === 'succeeded' ? [] : shown))).toEqual([]);
});

test('nobody is denied what it needs', () => {
  expect(denials(journey)).toEqual([]);
});

/** Statements that two deployments and the removal of a static app do not use: whose, for which action among theirs, and what does. */
const USED_ELSEWHERE: [role: RegExp, action: RegExp, by: string][] = [
  [/-reconcile-/, /./, 'reconcile comes every five minutes'],
  [/-PromoteStateMachineRole-/, /lambda:InvokeFunction/, 'promote and rollback'],
  [/-api-/, /^(logs|ssm|cloudfront|states|events):/, 'logs, notifications, replay, promote'],
  [/-(detect|reportStatus|applyChange)-/, /ssm:GetParameter$/, 'Git hosts with tokens'],
  [/-receiveWebhook-/, /^dynamodb:GetItem$/, 'webhooks that Towpath made: test/journeys/connect'],
  [/-applyChange-/, /^sqs:ChangeMessageVisibility$/, 'changes that AWS could not take at once'],
  [/-reportStatus-/, /^(sqs:|dynamodb:UpdateItem)/, 'Git hosts that are busy, or refuse: test/journeys/connect'],
  [/-applyChange-/, /^(states:StopExecution|events:PutEvents)$/, 'a push that supersedes a running deployment'],
  [/-recordOutcome-/, /^states:StartExecution$/, 'deployments that wait, and the rollback after a failed Verify'],
  [
    /-updateDistribution-/,
    /^(cloudfront:(Create|Publish)Function|secretsmanager:GetSecretValue)$/,
    'protected sites: test/journeys/settings',
  ],
  [/-verify-/, /^secretsmanager:GetSecretValue$/, 'protected sites: test/journeys/settings'],
  [/-package-/, /^(ssm:GetParameter|secretsmanager:GetSecretValue)$/, 'secret variables: test/journeys/settings'],
  [/-notify-/, /^(ssm:GetParameter|sqs:SendMessage)$/, 'chats that are told of deployments'],
  [/-reportDeadPages-/, /^(dynamodb|events|sqs|logs):/, 'pages that cannot be rendered anew'],
  [/-prepareSite-/, /^cloudfront:ListDistributions$/, 'a distribution that was created but not recorded'],
  [/-(publishFunctions|smokeTest)-/, /^(s3|lambda|sqs|iam):/, 'server-rendered sites'],
  [/-updateDistribution-/, /^(lambda|iam):/, 'server-rendered sites'],
  [/-removeTraces-/, /^iam:GetRole$/, 'a role that is gone already, when a removal is replayed'],
  [/-prune-/, /^(states|lambda|s3):/, 'releases beyond their retention, pushes that wait for it'],
  [/-(settleDomains|DomainStateMachineRole)-/, /./, 'sites with names of their own: test/journeys/domains'],
  [/-(removeDistribution|removeFunctions|reap)-/, /^lambda:/, 'server-rendered sites'],
  [/-fn$/, /./, 'server-rendered sites'],
  // https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
  [/-build$/, /^s3:GetBucketLocation$/, 'CodeBuild in AWS, which looks where the artifacts go'],
];

test('every statement is used, or it is known what else uses it', () => {
  const excused = ({ role, actions }: RoleStatement) =>
    USED_ELSEWHERE.some(([whose, which]) => whose.test(role) && actions.some((action) => which.test(action)));
  const unused = statements.filter((statement) => !statement.used && !excused(statement));
  expect(unused.map(({ role, policy, index, actions }) => `${role} ${policy}[${index}]: ${actions}`)).toEqual([]);
});

test('every excuse is for a statement that there is', () => {
  const idle = USED_ELSEWHERE.filter(
    ([whose, which]) =>
      !statements.some(
        ({ role, actions, used }) => !used && whose.test(role) && actions.some((action) => which.test(action)),
      ),
  );
  expect(idle.map(([, , by]) => by)).toEqual([]);
});
