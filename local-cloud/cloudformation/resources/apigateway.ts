import { type Aws, createOrUpdate, type PhysicalResource, type ResourceType } from '../resource-type.ts';

interface ApiProperties {
  Name: string;
  ProtocolType: string;
  Tags?: Record<string, string>;
  [property: string]: unknown;
}

/** `ApiEndpoint` has the endpoint's port in it: it is read again at each load. */
export const api: ResourceType<ApiProperties> = {
  put: async ({ properties, previous, aws }) => {
    const { ProtocolType: _, ...updatable } = properties;
    const { ApiId } = previous
      ? await aws<{ ApiId: string }>('apigateway', 'UpdateApi', { ...updatable, ApiId: previous.id })
      : await aws<{ ApiId: string }>('apigateway', 'CreateApi', properties);
    return describe(ApiId, aws);
  },
  refresh: ({ id }, aws) => describe(id, aws),
  delete: async ({ id }, aws) => void (await aws('apigateway', 'DeleteApi', { ApiId: id })),
};

async function describe(ApiId: string, aws: Aws): Promise<PhysicalResource> {
  const { ApiEndpoint } = await aws<{ ApiEndpoint: string }>('apigateway', 'GetApi', { ApiId });
  return { id: ApiId, attributes: { ApiId, ApiEndpoint } };
}

interface StageProperties {
  ApiId: string;
  StageName: string;
  [property: string]: unknown;
}

export const stage: ResourceType<StageProperties> = {
  put: async ({ properties, aws }) => {
    await createOrUpdate(
      () => aws('apigateway', 'CreateStage', properties),
      () => aws('apigateway', 'UpdateStage', properties),
    );
    return { id: properties.StageName, attributes: {} };
  },
  delete: async ({ properties: { ApiId, StageName } }, aws) =>
    void (await aws('apigateway', 'DeleteStage', { ApiId, StageName })),
};

interface PartProperties {
  ApiId: string;
  [property: string]: unknown;
}

/** Integrations and routes: parts of an API with an id that is given to them. */
function apiPart(noun: 'Integration' | 'Route'): ResourceType<PartProperties> {
  const idName = `${noun}Id`;
  return {
    put: async ({ properties, previous, aws }) => {
      const existing = previous?.properties.ApiId === properties.ApiId ? { [idName]: previous.id } : undefined;
      const operation = existing ? `Update${noun}` : `Create${noun}`;
      const made = await aws<Record<string, string>>('apigateway', operation, { ...properties, ...existing });
      const id = made[idName]!;
      return { id, attributes: { [idName]: id } };
    },
    delete: async ({ id, properties: { ApiId } }, aws) =>
      void (await aws('apigateway', `Delete${noun}`, { ApiId, [idName]: id })),
  };
}

export const integration = apiPart('Integration');
export const route = apiPart('Route');
