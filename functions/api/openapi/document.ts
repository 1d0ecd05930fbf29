/** The HTTP API as an OpenAPI document, made of its routes and their schemas. Pure. https://spec.openapis.org/oas/v3.1.1.html */
import * as z from 'zod';
import type { Takes } from '../read.ts';
import { OPERATIONS, SHARED } from './operations.ts';

/** As hono lists them: each handler of a route on its own, middleware with the method ALL. */
export interface Route {
  method: string;
  path: string;
  handler: unknown;
}

type Json = Record<string, unknown>;

/** `/apps/{app}` of `/apps/:app`. */
const pathOf = ({ path }: Route) => path.replace(/:(\w+)/g, '{$1}');
export const operationOf = (route: Route) => `${route.method} ${pathOf(route)}`;

/** Handlers of one route, in one place; without middleware. */
export function operationsOf(routes: Route[]): Map<string, Takes> {
  const found = new Map<string, Takes>();
  for (const route of routes) {
    if (route.method === 'ALL') continue;
    const { takes } = route.handler as { takes?: Takes };
    found.set(operationOf(route), { ...found.get(operationOf(route)), ...takes });
  }
  return found;
}

/** The schema, with what is shared put into `shared`. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', shared: Json): Json {
  const {
    $schema: _,
    $defs = {},
    ...rest
  } = z.toJSONSchema(schema, {
    metadata: SHARED,
    io,
    override: ({ jsonSchema }) => {
      // The format says all that zod's pattern says; answers may have fields to come.
      if (jsonSchema.format) delete jsonSchema.pattern;
      if (io === 'output') delete jsonSchema.additionalProperties;
    },
  }) as Json & { $defs?: Json };
  const relocated = (value: Json): Json =>
    JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
  for (const [name, definition] of Object.entries($defs)) {
    const { id: __, ...kept } = definition as Json;
    shared[name] = relocated(kept);
  }
  const { id, ...kept } = relocated(rest);
  if (typeof id !== 'string') return kept;
  shared[id] = kept;
  return { $ref: `#/components/schemas/${id}` };
}

const content = (schema: Json) => ({ 'application/json': { schema } });
const parameter = (name: string, where: 'path' | 'query', schema: Json, required = true) => ({
  name,
  in: where,
  required,
  schema,
});

function parametersOf(path: string, query: z.ZodType | undefined, shared: Json): object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) =>
    parameter(name as string, 'path', { type: 'string' }),
  );
  if (!query) return inPath;
  const { properties = {}, required = [] } = schemaOf(query, 'input', shared) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  const inQuery = Object.entries(properties).map(([name, schema]) =>
    parameter(name, 'query', schema, required.includes(name)),
  );
  return [...inPath, ...inQuery];
}

const FAILURES = {
  '400': 'What was sent is not what the operation takes.',
  '401': 'No token, or one that opens nothing.',
  '404': 'There is no such thing.',
  '409': 'It cannot be done as things are.',
  '5XX': 'A Git host, AWS or Towpath itself failed.',
};
const failure = (description: string) => ({
  description,
  content: content({ $ref: '#/components/schemas/Failure' }),
});

export function openApiDocument(routes: Route[]): object {
  const shared: Json = {
    Failure: {
      type: 'object',
      required: ['message', 'code'],
      properties: {
        message: { type: 'string', description: 'What was seen, and what to do.' },
        code: { type: 'string', description: 'Stable: docs/reference/errors.md has them all.' },
      },
    },
  };
  const paths: Record<string, Json> = {};
  for (const [name, takes] of operationsOf(routes)) {
    const [method = '', path = ''] = name.split(' ');
    const operation = OPERATIONS[name];
    if (!operation) throw new Error(`${name} has no row in functions/api/openapi/operations.ts`);
    const { summary, answer, status = 200 } = operation;
    const parameters = parametersOf(path, takes.query, shared);
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: {
        summary,
        ...(parameters.length > 0 && { parameters }),
        ...(takes.json && { requestBody: { required: true, content: content(schemaOf(takes.json, 'input', shared)) } }),
        responses: {
          [status]: { description: 'Done.', content: content(schemaOf(answer, 'output', shared)) },
          ...Object.fromEntries(Object.entries(FAILURES).map(([code, description]) => [code, failure(description)])),
        },
        ...(path === '/v1/openapi.json' && { security: [] }),
      },
    };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Towpath',
      version: '1',
      description: 'The HTTP API that the CLI speaks. Fields may be added within a version.',
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas: shared,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of Towpath, or a JWT of the OpenID Connect issuer.',
        },
      },
    },
  };
}
