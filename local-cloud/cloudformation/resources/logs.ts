import { createOrUpdate, type ResourceType } from '../resource-type.ts';
import { type CfnTag, tagMap } from '../shapes.ts';

interface LogGroupProperties {
  LogGroupName?: string;
  RetentionInDays?: number | string;
  Tags?: CfnTag[];
}

export const logGroup: ResourceType<LogGroupProperties> = {
  put: async ({ properties, defaultName, aws }) => {
    const logGroupName = properties.LogGroupName ?? defaultName;
    // A function that ran before its group was in the template has made it already.
    await createOrUpdate<unknown>(
      () => aws('logs', 'CreateLogGroup', { logGroupName, tags: tagMap(properties.Tags) }),
      async () => undefined,
    );
    if (properties.RetentionInDays === undefined) await aws('logs', 'DeleteRetentionPolicy', { logGroupName });
    else {
      const retentionInDays = Number(properties.RetentionInDays);
      await aws('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays });
    }
    const Arn = `arn:aws:logs:${aws.region}:${aws.accountId}:log-group:${logGroupName}:*`;
    return { id: logGroupName, attributes: { Arn } };
  },
  delete: async ({ id }, aws) => void (await aws('logs', 'DeleteLogGroup', { logGroupName: id })),
};
