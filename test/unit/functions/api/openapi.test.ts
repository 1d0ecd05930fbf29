/** docs/reference/openapi.json says what the routes take and answer: `npm run docs` writes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createApi } from '../../../../functions/api/app.ts';
import { operationsOf } from '../../../../functions/api/openapi/document.ts';
import { OPERATIONS } from '../../../../functions/api/openapi/operations.ts';
import type { ApiPorts } from '../../../../functions/api/ports.ts';
import { openApi } from '../../../../scripts/docs.ts';

type Json = { [name: string]: Json };
const file = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'reference', 'openapi.json');
const api = createApi({ auth: { token: async () => 'x' }, connection: {} } as ApiPorts);
const document = JSON.parse(JSON.stringify(openApi())) as Json;

test('every route has a row that says what it is for and answers, and every row its route', () => {
  expect([...operationsOf(api.routes).keys()].sort()).toEqual(Object.keys(OPERATIONS).sort());
});

test('the document is up to date', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(document);
});

test('it is served to everybody; nothing else is', async () => {
  const served = await api.request('/v1/openapi.json');
  expect(await served.json()).toEqual(document);
  for (const name of Object.keys(OPERATIONS).filter((one) => !one.endsWith('openapi.json'))) {
    const [method, path = ''] = name.split(' ');
    expect({ name, status: (await api.request(path, { method })).status }).toEqual({ name, status: 401 });
  }
});

test('every reference leads somewhere, and every parameter of a path is told', () => {
  const references = JSON.stringify(document).match(/"\$ref":"[^"]*"/g) ?? [];
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) {
    const [, name = ''] = /"#\/components\/schemas\/(\w+)"$/.exec(reference) ?? [];
    expect(document.components?.schemas).toHaveProperty(name);
  }
  for (const [path, operations] of Object.entries(document.paths as Json)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const operation of Object.values(operations)) {
      const told = ((operation.parameters ?? []) as unknown as { name: string; in: string }[]).filter(
        (one) => one.in === 'path',
      );
      expect(told.map(({ name }) => name)).toEqual(named);
    }
  }
});

test('what a route takes is in it', () => {
  const { paths } = document as { paths: Json };
  const taken = paths['/v1/tokens']?.post?.requestBody?.content?.['application/json']?.schema;
  expect(taken).toMatchObject({ type: 'object', required: ['name'], properties: { expiresInDays: { maximum: 3650 } } });
});
