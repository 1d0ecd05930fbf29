/** S3, CloudWatch Logs, Parameter Store, Secrets Manager and EventBridge in memory, as far as a build needs them. */
import { AwsError } from '../../local-cloud/protocol/aws-error.ts';
import type { Caller, Operations } from '../../local-cloud/service.ts';

export interface FakeBuildServices {
  calls: Record<string, Operations>;
  /** By `bucket/key`. */
  objects: Map<string, Uint8Array>;
  /** By `group/stream`: lines without their newline. */
  logs: Map<string, string[]>;
  parameters: Record<string, string>;
  secrets: Record<string, string>;
  events: { Source: string; DetailType: string; Detail: string }[];
  /** Who wrote to S3 and the logs. */
  callers: Set<string | undefined>;
}

export function fakeBuildServices(): FakeBuildServices {
  const fake: FakeBuildServices = {
    calls: {},
    objects: new Map(),
    logs: new Map(),
    parameters: {},
    secrets: {},
    events: [],
    callers: new Set(),
  };
  const groups = new Set<string>();
  fake.calls = {
    s3: {
      GetObject: async ({ Bucket, Key }, caller) => {
        fake.callers.add(caller.roleArn);
        const body = fake.objects.get(`${Bucket}/${Key}`);
        if (!body) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
        return { Body: body };
      },
      PutObject: async ({ Bucket, Key, Body }, caller: Caller) => {
        fake.callers.add(caller.roleArn);
        fake.objects.set(`${Bucket}/${Key}`, Buffer.from(Body));
        return {};
      },
    },
    logs: {
      CreateLogGroup: async ({ logGroupName }) => {
        if (groups.has(logGroupName)) throw new AwsError('ResourceAlreadyExistsException', 'exists');
        groups.add(logGroupName);
      },
      CreateLogStream: async ({ logGroupName, logStreamName }) => {
        fake.logs.set(`${logGroupName}/${logStreamName}`, []);
      },
      PutLogEvents: async ({ logGroupName, logStreamName, logEvents }, caller: Caller) => {
        fake.callers.add(caller.roleArn);
        const lines = logEvents.map(({ message }: { message: string }) => message.replace(/\n$/, ''));
        fake.logs.get(`${logGroupName}/${logStreamName}`)?.push(...lines);
        return {};
      },
    },
    ssm: {
      GetParameters: async ({ Names }) => ({
        Parameters: Names.map((Name: string) => ({ Name, Value: fake.parameters[Name] })),
      }),
    },
    secretsmanager: {
      GetSecretValue: async ({ SecretId }) => {
        if (!(SecretId in fake.secrets)) throw new AwsError('ResourceNotFoundException', 'no such secret');
        return { SecretString: fake.secrets[SecretId] };
      },
    },
    events: {
      PutEvents: async ({ Entries }) => {
        fake.events.push(...Entries);
        return { FailedEntryCount: 0 };
      },
    },
  };
  return fake;
}
