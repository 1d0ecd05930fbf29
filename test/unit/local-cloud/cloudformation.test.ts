import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { inDependencyOrder } from '../../../local-cloud/cloudformation/dependencies.ts';
import { resolve } from '../../../local-cloud/cloudformation/intrinsics.ts';
import { loadTemplate } from '../../../local-cloud/cloudformation/load-template.ts';
import { templateScope } from '../../../local-cloud/cloudformation/scope.ts';
import { camelKeys, quantified } from '../../../local-cloud/cloudformation/shapes.ts';
import type { Template } from '../../../local-cloud/cloudformation/template.ts';
import { AwsError } from '../../../local-cloud/protocol/aws-error.ts';
import { openRecords, type RecordFile } from '../../../local-cloud/runtime/records.ts';
import type { Environment } from '../../../local-cloud/service.ts';

const around = { accountId: '111122223333', region: 'eu-west-1', stackName: 'stack' };

describe('intrinsic functions', () => {
  const template: Template = {
    Parameters: { Stage: { Type: 'String', Default: 'dev' }, Zones: { Type: 'CommaDelimitedList', Default: 'a,b' } },
    Conditions: {
      IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
      IsDev: { 'Fn::Not': [{ Condition: 'IsProd' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
      Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
    },
    Mappings: { Sizes: { dev: { memory: 128 } } },
    Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
  };
  const made = new Map([['Queue', { id: 'http://queue', attributes: { Arn: 'arn:queue', 'Nested.Name': 'n' } }]]);
  const value = (expression: unknown, parameters: Record<string, string> = {}) =>
    resolve(expression, templateScope(template, parameters, made, around), 'Here');

  test.each([
    ['Ref of a parameter', { Ref: 'Stage' }, 'dev'],
    ['Ref of a list parameter', { Ref: 'Zones' }, ['a', 'b']],
    ['Ref of a resource', { Ref: 'Queue' }, 'http://queue'],
    [
      'pseudo parameters',
      { 'Fn::Sub': '${AWS::Partition}/${AWS::AccountId}/${AWS::Region}/${AWS::StackName}' },
      'aws/111122223333/eu-west-1/stack',
    ],
    ['GetAtt by a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    ['GetAtt by a dotted name', { 'Fn::GetAtt': 'Queue.Nested.Name' }, 'n'],
    ['Sub', { 'Fn::Sub': '${Queue.Arn}-${Stage}-${!Literal}' }, 'arn:queue-dev-${Literal}'],
    ['Sub with own values', { 'Fn::Sub': ['${a}/${Stage}', { a: { Ref: 'Queue' } }] }, 'http://queue/dev'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-dev'],
    ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] }, 'queue'],
    ['If', { 'Fn::If': ['IsProd', 'yes', { 'Fn::If': ['IsDev', 'dev', 'no'] }] }, 'dev'],
    ['Or and And', [{ 'Fn::If': ['Either', 1, 2] }, { 'Fn::If': ['Both', 1, 2] }], [1, 2]],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 128],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['no value in a map and a list', { a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, { b: [1] }],
    ['plain values', { Ref: 'Stage', other: true }, { Ref: 'Stage', other: true }],
  ])('%s', (_, expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  test('given parameters win over defaults', () => {
    expect(value({ 'Fn::If': ['IsProd', 'yes', 'no'] }, { Stage: 'prod' })).toBe('yes');
  });

  test.each([
    ['an unknown name', { Ref: 'Nothing' }, 'Nothing, which is no parameter and no resource'],
    ['an unknown attribute', { 'Fn::GetAtt': ['Queue', 'Colour'] }, 'Queue (AWS::SQS::Queue) has no attribute Colour'],
    ['a function that is not emulated', { a: { 'Fn::ImportValue': 'x' } }, 'Here.a: Fn::ImportValue is not emulated'],
    ['a dynamic reference', '{{resolve:ssm:/a}}', 'Here: The dynamic reference {{resolve:ssm:/a}} is not emulated'],
    ['an unknown condition', { 'Fn::If': ['Nope', 1, 2] }, 'The condition Nope is not defined'],
    ['a selection that is not there', { 'Fn::Select': [5, ['a']] }, 'Fn::Select has no element 5'],
  ])('%s is an error that names it', (_, expression, message) => {
    expect(() => value(expression)).toThrow(message);
  });

  test('a parameter without a value, or with one that is not allowed', () => {
    const scope =
      (Parameters: Template['Parameters'], given = {}) =>
      () =>
        templateScope({ Parameters, Resources: {} }, given, new Map(), around);
    expect(scope({ Token: { Type: 'String' } })).toThrow('parameter Token has no value');
    expect(scope({ Stage: { AllowedValues: ['a', 'b'] } }, { Stage: 'c' })).toThrow('"c"; allowed are a, b');
    const stage = { AllowedPattern: '[a-z]+', ConstraintDescription: 'letters alone', Default: 'dev' };
    expect(scope({ Stage: stage })).not.toThrow();
    expect(scope({ Stage: { ...stage, Default: 'dev-two' } })).toThrow(
      'The parameter Stage is "dev-two": letters alone.',
    );
  });
});

describe('order', () => {
  const order = (resources: Record<string, { Properties?: Record<string, unknown>; DependsOn?: string | string[] }>) =>
    inDependencyOrder(
      Object.fromEntries(Object.entries(resources).map(([name, each]) => [name, { Type: 'T', ...each }])),
    );

  test('each comes after what it refers to', () => {
    const names = order({
      A: { Properties: { x: { 'Fn::Sub': '${B.Arn}/${!C}' } } },
      B: { Properties: { y: [{ 'Fn::GetAtt': ['D', 'Arn'] }] }, DependsOn: 'E' },
      C: { Properties: { z: { 'Fn::Sub': ['${own}${A}', { own: { Ref: 'B' } }] } } },
      D: { Properties: { parameter: { Ref: 'Stage' } } },
      E: {},
    });
    expect([...names].sort()).toEqual(['A', 'B', 'C', 'D', 'E']);
    const precedes = (a: string, b: string) => names.indexOf(a) < names.indexOf(b);
    expect([precedes('B', 'A'), precedes('D', 'B'), precedes('E', 'B'), precedes('A', 'C')]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('a circle is told with its members', () => {
    const circle = () => order({ A: { Properties: { b: { Ref: 'B' } } }, B: { DependsOn: ['A'] } });
    expect(circle).toThrow('A → B → A');
  });
});

describe('shapes', () => {
  test('CloudFront lists have a quantity, at every depth', () => {
    expect(quantified({ HeadersConfig: { Headers: ['a', 'b'] }, Cors: { Items: ['*'] }, TTL: 0 })).toEqual({
      HeadersConfig: { Headers: { Quantity: 2, Items: ['a', 'b'] } },
      Cors: { Quantity: 1, Items: ['*'] },
      TTL: 0,
    });
    expect(quantified({ CustomHeadersConfig: { Items: [{ Header: 'x', Override: true }] } })).toEqual({
      CustomHeadersConfig: { Quantity: 1, Items: [{ Header: 'x', Override: true }] },
    });
  });

  test('other services have small first letters', () => {
    expect(camelKeys({ Environment: { EnvironmentVariables: [{ Name: 'A', Value: 'B' }] } })).toEqual({
      environment: { environmentVariables: [{ name: 'A', value: 'B' }] },
    });
  });
});

describe('loading', () => {
  let folder: string;
  let file: RecordFile;
  let calls: string[];
  let logged: string[];
  let port = 1000;
  const existing = new Set<string>();

  const operations: Record<string, (input: Record<string, unknown>) => object> = {
    GetQueueUrl: ({ QueueName }) => ({ QueueUrl: `http://127.0.0.1:${port}/${QueueName}` }),
    CreateQueue: ({ QueueName }) => {
      if (existing.has(String(QueueName))) throw new AwsError('QueueNameExists', 'there is one');
      existing.add(String(QueueName));
      return {};
    },
    DeleteQueue: ({ QueueUrl }) => {
      if (String(QueueUrl).includes('stuck')) throw new AwsError('OverLimit', 'not now');
      existing.delete(String(QueueUrl).split('/').pop() ?? '');
      return {};
    },
    CreateFunction: (input) => ({ FunctionArn: `arn:aws:lambda:eu-west-1:1:function:${input.FunctionName}` }),
    PutParameter: ({ Value }) => {
      if (Value === 'refused') throw new AwsError('ValidationException', 'the value is refused');
      return {};
    },
  };

  const environment = (): Environment =>
    ({
      accountId: around.accountId,
      region: around.region,
      records: file.records('cloudformation'),
      call: async (_scope: string, operation: string, input: Record<string, unknown>) => {
        const { QueueName, QueueUrl, Name, FunctionName } = input;
        const subject =
          QueueName ??
          String(QueueUrl ?? '')
            .split('/')
            .pop();
        if (!operation.startsWith('Get')) calls.push(`${operation} ${subject || Name || FunctionName}`);
        return operations[operation]?.(input) ?? {};
      },
      asService: (service: string) => ({ accountId: '1', arn: service, region: 'r', service }),
      log: (line: string) => logged.push(line),
    }) as unknown as Environment;

  const load = async (template: object, more: { artifacts?: string; parameters?: Record<string, string> } = {}) => {
    calls = [];
    return loadTemplate(environment(), { template, ...more });
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'towpath-cfn-'));
    file = openRecords(join(folder, 'records.sqlite'));
    logged = [];
    existing.clear();
    port = 1000;
  });
  afterEach(async () => {
    file.close();
    await rm(folder, { recursive: true, force: true });
  });

  const queue = (QueueName: string, more: object = {}) => ({
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName, ...more },
  });
  const parameter = (Value: unknown) => ({
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: '/p', Type: 'String', Value },
  });

  test('the same template again makes nothing; a changed one changes what is changed; a gone one is deleted', async () => {
    const resources = { P: parameter({ 'Fn::GetAtt': ['Q', 'Arn'] }), Q: queue('q'), R: queue('r') };
    const Outputs = { Url: { Value: { Ref: 'Q' } }, No: { Value: 'x', Condition: 'Never' } };
    const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
    expect(await load({ Resources: resources, Outputs, Conditions })).toEqual({ Url: 'http://127.0.0.1:1000/q' });
    expect(calls).toEqual(['CreateQueue q', 'PutParameter /p', 'CreateQueue r']);
    await load({ Resources: resources });
    expect(calls).toEqual([]);
    await load({ Resources: { ...resources, Q: queue('q', { VisibilityTimeout: 60 }) } });
    expect(calls).toEqual(['CreateQueue q', 'SetQueueAttributes q']);
    await load({ Resources: { P: parameter('fixed') } });
    expect(calls).toEqual(['PutParameter /p', 'DeleteQueue r', 'DeleteQueue q']);
  });

  test('an address that changed with the port reaches what refers to it', async () => {
    const template = {
      Resources: { Q: queue('q'), P: parameter({ Ref: 'Q' }) },
      Outputs: { Url: { Value: { Ref: 'Q' } } },
    };
    await load(template);
    port = 2000;
    expect(await load(template)).toEqual({ Url: 'http://127.0.0.1:2000/q' });
    expect(calls).toEqual(['PutParameter /p']);
  });

  test('a new name makes a new resource and deletes the old one; a retained one stays', async () => {
    await load({ Resources: { Q: queue('old'), K: { ...queue('kept'), DeletionPolicy: 'Retain' } } });
    await load({ Resources: { Q: queue('new') } });
    expect(calls).toEqual(['CreateQueue new', 'DeleteQueue old']);
    expect([...existing].sort()).toEqual(['kept', 'new']);
  });

  test('what cannot be deleted is left and logged', async () => {
    await load({ Resources: { Q: queue('stuck') } });
    await load({ Resources: { P: parameter('a') } });
    expect(logged).toEqual([expect.stringContaining('Q (AWS::SQS::Queue) was left')]);
  });

  test('a resource with a false condition is not made', async () => {
    const Conditions = { Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
    const Parameters = { Stage: { Default: 'dev' } };
    const template = { Parameters, Conditions, Resources: { Q: { ...queue('q'), Condition: 'Prod' } } };
    await load(template);
    expect(calls).toEqual([]);
    await load(template, { parameters: { Stage: 'prod' } });
    expect(calls).toEqual(['CreateQueue q']);
  });

  test('a function gets its package by name, and is updated when its contents change, not its key', async () => {
    const template = (time: string) => ({
      Resources: {
        F: {
          Type: 'AWS::Lambda::Function',
          Properties: { FunctionName: 'f', Handler: 'h', Role: 'r', Code: { S3Bucket: 'b', S3Key: `${time}/f.zip` } },
        },
      },
    });
    await writeFile(join(folder, 'f.zip'), 'one');
    await load(template('1'), { artifacts: folder });
    expect(calls).toEqual(['CreateFunction f']);
    await load(template('2'), { artifacts: folder });
    expect(calls).toEqual([]);
    await writeFile(join(folder, 'f.zip'), 'two');
    await load(template('3'), { artifacts: folder });
    expect(calls).toEqual(['CreateFunction f']);
    const missing = load(template('4'), { artifacts: join(folder, 'nowhere') });
    await expect(missing).rejects.toThrow(/package f\.zip of the template cannot be read/);
  });

  test('a failed load names the resource, and goes on from there the next time', async () => {
    const failed = load({ Resources: { Q: queue('q'), P: parameter('refused') } });
    await expect(failed).rejects.toMatchObject({
      code: 'RESOURCE_FAILED',
      message: expect.stringContaining('P (AWS::SSM::Parameter) could not be made: the value is refused'),
    });
    await load({ Resources: { Q: queue('q'), P: parameter('good') } });
    expect(calls).toEqual(['PutParameter /p']);
  });

  test('an unknown type is refused before anything is made', async () => {
    const Resources = { Q: queue('q'), V: { Type: 'AWS::EC2::VPC' } };
    await expect(load({ Resources })).rejects.toMatchObject({
      code: 'RESOURCE_UNSUPPORTED',
      message: expect.stringContaining('V has the type AWS::EC2::VPC'),
    });
    expect(calls).toEqual([]);
  });

  test('a template that cannot be read is named', async () => {
    const missing = loadTemplate(environment(), { template: join(folder, 'none.json') });
    await expect(missing).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
      message: expect.stringContaining('none.json'),
    });
  });
});
