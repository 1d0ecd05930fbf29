/**
 * AWS's traps, one row each: what surprises on AWS surprises here too. A row names the contract test that shows it,
 * wherever that is.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import type { Traps } from '../../local-cloud/index.ts';
import { allow, createRole, eachTrapCloud, functionCode, root, until } from '../support/trap-cloud.ts';

/** Trap → the test that shows it: file and title. `false`: nothing on one machine can show it. */
const SHOWN: [trap: string, file: string | false, title: string][] = [
  [
    'CodeBuild StartBuild answers the same build for a token',
    'codebuild.test.ts',
    'the same idempotencyToken within five minutes answers the same build, failed or not; other parameters are an error',
  ],
  ['aws.states events may be dropped, doubled, late', 'traps.test.ts', 'may be lost, come twice, and out of order'],
  [
    'a redrive runs the old definition and counts up',
    'states.test.ts',
    'a redrive goes on from the failed state by the old definition and counts up',
  ],
  ['a redrive starts the time-out again', 'traps.test.ts', 'gives the machine its whole time again'],
  ['a new role cannot be assumed by Lambda', 'traps.test.ts', 'cannot be assumed by Lambda for a while'],
  [
    'a queue’s name is taken for 60 s after DeleteQueue',
    'sqs.test.ts',
    'a name can be used again a minute after its queue was deleted',
  ],
  [
    'an invalidation’s CallerReference',
    'cloudfront.test.ts',
    'is in progress for a while, and the same for the same reference',
  ],
  ['15 active wildcards', 'cloudfront.test.ts', 'has limits while in progress'],
  [
    'a path leaves its query-string variants',
    'cloudfront-serving.test.ts',
    'an invalidation empties the cache when it is completed, exact paths without their queries',
  ],
  [
    'error responses are kept for 10 s',
    'cloudfront-serving.test.ts',
    'answers 403 for a missing key, kept for 10 seconds',
  ],
  [
    'an expired object is served on a 5xx',
    'cloudfront-serving.test.ts',
    'a 5xx keeps an expired page alive, a failing function does not',
  ],
  [
    'origin-request changes the uri only',
    'cloudfront-serving.test.ts',
    'changes the uri alone, to have S3 answer, with the cache key of the viewer',
  ],
  ['origin-request: method is read-only', 'edge-traps.test.ts', 'may not change the method'],
  [
    'origin-response sees no body',
    'cloudfront-serving.test.ts',
    'sees status and headers but no body, and may change both and replace the body',
  ],
  [
    'origin-response is not run for generated responses',
    'cloudfront-serving.test.ts',
    'does not run for what origin-request generated',
  ],
  ['S3 behind OAC: a foreign Host', 'cloudfront-serving.test.ts', 'refuses a Host that is not its own'],
  [
    'S3 behind OAC: response-* queries',
    'cloudfront-serving.test.ts',
    'lets response-* queries override headers when the query is forwarded',
  ],
  [
    'S3 behind OAC: a missing key is a 403',
    'cloudfront-whole.test.ts',
    'a missing key is a 403, for the policy does not let CloudFront list',
  ],
  [
    'a header that no policy names never arrives',
    'cloudfront-serving.test.ts',
    'gets the request as the policies let it through, and its body',
  ],
  [
    '10 headers a policy',
    'cloudfront.test.ts',
    'an origin request policy names ten headers at most, and not Authorization',
  ],
  ['CloudFront ignores Vary', 'edge-traps.test.ts', 'does not look at Vary'],
  ['two kinds of function on viewer events', 'edge-traps.test.ts', 'may not have two kinds on viewer events'],
  [
    'quotas of policies',
    'cloudfront.test.ts',
    'are created once a name, listed beside those of AWS, refused above the quota',
  ],
  ['quotas of functions and access controls', 'quotas.test.ts', 'of functions and access controls'],
  ['100 distributions share a policy', 'quotas.test.ts', 'of distributions that share a policy'],
  [
    'UpdateDistribution needs lambda:GetFunction and EnableReplication*',
    'authorization.test.ts',
    'a distribution needs more than CreateDistribution when it has edge functions',
  ],
  ['a bucket policy has 20 KB', 'quotas.test.ts', 'of a bucket policy'],
  ['10,000 buckets', 'quotas.test.ts', 'of buckets'],
  [
    'edge logs are where the edge is',
    'lambda-runtime.test.ts',
    'the edge runs in the Region of the visitor, and logs there',
  ],
  ['edge logs outlive their function', 'edge-traps.test.ts', 'stay when the function goes'],
  ['replicated functions cannot be deleted', 'edge-traps.test.ts', 'cannot be deleted before their copies are gone'],
  ['glibc of build and run images: builds and functions here run on this machine’s', false, ''],
];

test.each(SHOWN.filter(([, file]) => file))('%s: shown in %s', async (_, file, title) => {
  const text = await readFile(join(import.meta.dirname, file as string), 'utf8');
  expect(text).toMatch(new RegExp(`test\\(\\s*'${title.replace(/[*.]/g, '\\$&')}'`));
});

const here = eachTrapCloud();

describe('a new role', () => {
  test('cannot be assumed by Lambda for a while', async () => {
    const client = await here.start({ roleSettlingMilliseconds: 400 });
    const Role = await createRole(client);
    const lambda = new LambdaClient(client);
    const create = async () =>
      lambda.send(new CreateFunctionCommand({ FunctionName: 'f', Role, ...(await functionCode()) }));
    await expect(create()).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('cannot be assumed by Lambda'),
      $metadata: { httpStatusCode: 400 },
    });
    const made = await until(() => create().catch(() => undefined));
    expect(made.FunctionName).toBe('f');
  });
});

describe('events of aws.states', () => {
  async function heard(traps: Traps['statusEvents'], executions: number) {
    const client = await here.start({ statusEvents: traps });
    const aws = here.cloud.call;
    const roleArn = await createRole(client, 'machine');
    const QueueArn = 'arn:aws:sqs:us-east-1:111122223333:heard';
    const Policy = allow({
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: QueueArn,
    });
    const queue = { QueueName: 'heard', Attributes: { Policy } };
    const { QueueUrl } = await aws<{ QueueUrl: string }>('sqs', 'CreateQueue', queue, root);
    const EventPattern = JSON.stringify({ source: ['aws.states'] });
    await aws('events', 'PutRule', { Name: 'all', EventPattern }, root);
    await aws('events', 'PutTargets', { Rule: 'all', Targets: [{ Id: 'q', Arn: QueueArn }] }, root);
    const sfn = new SFNClient(client);
    const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Succeed' } } });
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: 'm', definition, roleArn }));
    for (let index = 0; index < executions; index++) {
      const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: `e${index}` }));
      await until(async () => {
        const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return status === 'SUCCEEDED' || undefined;
      });
    }
    const sqs = new SQSClient(client);
    const said: string[] = [];
    for (let silent = 0; silent < 2; ) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 600 }),
      );
      silent = Messages.length > 0 ? 0 : silent + 1;
      for (const { Body } of Messages) {
        const { detail } = JSON.parse(Body!) as { detail: { name: string; status: string } };
        said.push(`${detail.name} ${detail.status}`);
      }
    }
    await here.stop();
    return said;
  }

  test('may be lost, come twice, and out of order', async () => {
    const all = Array.from({ length: 8 }, (_, index) => [`e${index} RUNNING`, `e${index} SUCCEEDED`]).flat();
    expect((await heard(undefined, 8)).sort()).toEqual([...all].sort());
    const said = await heard({ seed: 5, dropped: 0.3, doubled: 0.3, lateMilliseconds: 200 }, 8);
    const missing = all.filter((one) => !said.includes(one));
    const twice = said.filter((one, index) => said.indexOf(one) < index);
    const order = said.filter((one, index) => said.indexOf(one) === index).map((one) => all.indexOf(one));
    expect(missing).not.toHaveLength(0);
    expect(twice).not.toHaveLength(0);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });
});

describe('a redrive', () => {
  test('gives the machine its whole time again', async () => {
    const client = await here.start({});
    const roleArn = await createRole(client, 'machine');
    const sfn = new SFNClient(client);
    // The first run ends after 2 of its 1.x seconds: the wait of 1.2 s fits in once only.
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      TimeoutSeconds: 2,
      StartAt: 'Wait',
      States: {
        Wait: { Type: 'Wait', Seconds: 1, Next: 'Decide' },
        Decide: {
          Type: 'Pass',
          Output:
            "{% $states.context.Execution.RedriveCount = 0 ? $error('not yet') : $states.context.Execution.RedriveCount %}",
          Next: 'Again',
        },
        Again: { Type: 'Wait', Seconds: 1, End: true },
      },
    });
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: 'm', definition, roleArn }));
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const ended = () =>
      until(async () => {
        const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return execution.status === 'RUNNING' ? undefined : execution;
      });
    expect((await ended()).status).toBe('FAILED');
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    // Counted from the first start, these 2 seconds would have been over.
    expect(await ended()).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, output: '1' });
  });
});
