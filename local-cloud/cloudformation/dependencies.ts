/** The order to make resources in: each after what its properties refer to and what it depends on. Pure. */
import { getAttParts, SUB_VARIABLE } from './intrinsics.ts';
import { type TemplateResource, templateInvalid } from './template.ts';

export function inDependencyOrder(resources: Record<string, TemplateResource>): string[] {
  const order: string[] = [];
  const state = new Map<string, 'visiting' | 'done'>();
  const visit = (logicalId: string, path: string[]) => {
    if (state.get(logicalId) === 'done') return;
    if (state.get(logicalId) === 'visiting') {
      const circle = [...path.slice(path.indexOf(logicalId)), logicalId].join(' → ');
      throw templateInvalid(`The resources depend on each other in a circle: ${circle}.`, 'Break it in the template.');
    }
    state.set(logicalId, 'visiting');
    const resource = resources[logicalId]!;
    for (const name of [...[resource.DependsOn ?? []].flat(), ...references(resource.Properties)]) {
      if (resources[name]) visit(name, [...path, logicalId]);
    }
    state.set(logicalId, 'done');
    order.push(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return order;
}

/** Names that a value refers to: resources, parameters, pseudo parameters. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(references);
  return Object.entries(value).flatMap(([key, each]) => {
    if (key === 'Ref') return [String(each)];
    if (key === 'Fn::GetAtt') return [getAttParts(each)[0]];
    if (key === 'Fn::Sub') return subReferences(each);
    return references(each);
  });
}

function subReferences(argument: unknown): string[] {
  const [text, values = {}] = [argument].flat();
  const names = [...String(text).matchAll(SUB_VARIABLE)]
    .filter(([, literal]) => !literal)
    .map(([, , name = '']) => getAttParts(name.includes('.') ? name : `${name}.`)[0].trim());
  return [...names.filter((name) => !Object.hasOwn(values as object, name)), ...references(values)];
}
