import type * as sdk from '@aws-sdk/client-codebuild';
import { createOrUpdate, type ResourceType } from '../resource-type.ts';
import { camelKeys } from '../shapes.ts';

interface ProjectProperties {
  Name?: string;
  [property: string]: unknown;
}

export const project: ResourceType<ProjectProperties> = {
  put: async ({ properties, defaultName, aws }) => {
    const name = properties.Name ?? defaultName;
    const input = { ...(projectShape(properties) as object), name };
    const made = await createOrUpdate(
      () => aws<sdk.CreateProjectOutput>('codebuild', 'CreateProject', input),
      () => aws<sdk.UpdateProjectOutput>('codebuild', 'UpdateProject', input),
    );
    return { id: name, attributes: { Arn: made.project!.arn! } };
  },
  delete: async ({ id }, aws) => void (await aws('codebuild', 'DeleteProject', { name: id })),
};

/** The SDK spells `buildspec` in one word. */
function projectShape(properties: ProjectProperties): unknown {
  const shape = camelKeys(properties) as { source?: { buildSpec?: string } };
  if (shape.source?.buildSpec === undefined) return shape;
  const { buildSpec, ...source } = shape.source;
  return { ...shape, source: { ...source, buildspec: buildSpec } };
}
