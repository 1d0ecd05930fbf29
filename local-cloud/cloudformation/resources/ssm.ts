import type { ResourceType } from '../resource-type.ts';

interface ParameterProperties {
  Name?: string;
  Type: string;
  Value: string;
  Description?: string;
  Tags?: Record<string, string>;
}

export const parameter: ResourceType<ParameterProperties> = {
  put: async ({ properties: { Type, Value, Description, Tags, ...given }, defaultName, aws }) => {
    const Name = given.Name ?? defaultName;
    await aws('ssm', 'PutParameter', { Name, Type, Value, Description, Overwrite: true });
    if (Tags) {
      const list = Object.entries(Tags).map(([Key, tag]) => ({ Key, Value: tag }));
      await aws('ssm', 'AddTagsToResource', { ResourceType: 'Parameter', ResourceId: Name, Tags: list });
    }
    return { id: Name, attributes: { Type, Value } };
  },
  delete: async ({ id }, aws) => void (await aws('ssm', 'DeleteParameter', { Name: id })),
};
