/** AWS's traps that no other file is about. docs/reference/aws-limits.md lists all. */
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
import { allow, createRole, eachTrapCloud, functionCode, root } from '../support/trap-cloud.ts';
import { until } from '../support/until.ts';

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
