import { type Aws, createOrUpdate, type PhysicalResource, type ResourceType } from '../resource-type.ts';
import { type CfnTag, jsonText, stringValues, tagMap } from '../shapes.ts';

interface QueueProperties {
  QueueName?: string;
  FifoQueue?: boolean | string;
  Tags?: CfnTag[];
  [attribute: string]: unknown;
}

/** `Ref` is the queue's URL, which has the endpoint's port in it: it is read again at each load. */
export const queue: ResourceType<QueueProperties> = {
  put: async ({ properties, defaultName, aws }) => {
    const { QueueName: given, Tags, ...rest } = properties;
    const attributes = stringValues(rest);
    const fifo = attributes.FifoQueue === 'true';
    const QueueName = given ?? (fifo ? `${defaultName.slice(0, 75)}.fifo` : defaultName.slice(0, 80));
    await createOrUpdate<unknown>(
      () => aws('sqs', 'CreateQueue', { QueueName, Attributes: attributes, tags: tagMap(Tags) }),
      async () => undefined,
    );
    const found = await describe(QueueName, aws);
    const { FifoQueue: _, ...settable } = attributes;
    if (Object.keys(settable).length) {
      await aws('sqs', 'SetQueueAttributes', { QueueUrl: found.id, Attributes: settable });
    }
    return found;
  },
  refresh: ({ attributes }, aws) => describe(attributes.QueueName!, aws),
  delete: async ({ attributes }, aws) => {
    const { id } = await describe(attributes.QueueName!, aws);
    await aws('sqs', 'DeleteQueue', { QueueUrl: id });
  },
};

async function describe(QueueName: string, aws: Aws): Promise<PhysicalResource> {
  const { QueueUrl } = await aws<{ QueueUrl: string }>('sqs', 'GetQueueUrl', { QueueName });
  const Arn = `arn:aws:sqs:${aws.region}:${aws.accountId}:${QueueName}`;
  return { id: QueueUrl, attributes: { Arn, QueueName, QueueUrl } };
}

export const queuePolicy: ResourceType<{ Queues: string[]; PolicyDocument: unknown }> = {
  put: async ({ properties: { Queues, PolicyDocument }, defaultName, aws }) => {
    for (const QueueUrl of Queues) {
      await aws('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: jsonText(PolicyDocument) } });
    }
    return { id: defaultName, attributes: { Id: defaultName } };
  },
  delete: async ({ properties: { Queues } }, aws) => {
    for (const QueueUrl of Queues) await aws('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: '' } });
  },
};
