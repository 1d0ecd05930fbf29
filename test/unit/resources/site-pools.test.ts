import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

interface SitePools {
  count: string;
  resources: { Resources: Record<string, { Type: string; Properties: object }> };
  ids: Record<string, unknown>;
}
type Resolve = (given: { resolveVariable: (variable: string) => Promise<unknown> }) => Promise<SitePools>;

const root = join(import.meta.dirname, '..', '..', '..');
const sitePools = createRequire(import.meta.url)(join(root, 'resources', 'site-pools.cjs')) as Resolve;
const edge = parse(readFileSync(join(root, 'resources', 'edge.yml'), 'utf8')) as SitePools['resources'];
const poolsOf = (asked: string) =>
  sitePools({ resolveVariable: async (variable) => (variable.startsWith('param:') ? asked : edge) });

test('one pool is edge.yml as it is', async () => {
  const { count, resources, ids } = await poolsOf('1');
  expect([count, resources]).toEqual(['1', edge]);
  expect(ids.OriginAccessControl).toEqual({ 'Fn::Join': [',', [{ Ref: 'OriginAccessControl' }]] });
});

test('each further pool has all of it once more, under other names and alike in everything else', async () => {
  const { resources, ids } = await poolsOf('3');
  const names = Object.keys(edge.Resources);
  expect(Object.keys(resources.Resources)).toHaveLength(3 * names.length);
  for (const name of names) {
    const [first, third] = [name, `${name}3`].map((each) => JSON.stringify(resources.Resources[each]));
    expect(third).toBe(first?.replace(/("Name":"towpath-[^"]+)"/, '$1-3"'));
    expect(third).not.toBe(first);
  }
  expect(ids.ViewerFunction).toEqual({
    'Fn::Join': [',', ['', '2', '3'].map((number) => ({ 'Fn::GetAtt': [`ViewerFunction${number}`, 'FunctionARN'] }))],
  });
});

test.each(['0', '7', 'two'])('%s is no number of pools', async (asked) => {
  await expect(poolsOf(asked)).rejects.toThrow(`site-pools is a number from 1 to 6, not "${asked}"`);
});
