/** A CloudFormation template against AWS's own resource specification (@aws-cdk/aws-service-spec). */
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';

export interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  Parameters?: Record<string, unknown>;
}

type Spec = Awaited<ReturnType<typeof loadAwsServiceSpec>>;
// The specification's own types are deep unions; these are the members read here.
type PropertyType = {
  type: string;
  element?: PropertyType;
  types?: PropertyType[];
  reference?: { $ref: string };
  allowedValues?: string[];
};
type Definition = { properties: Record<string, { type: PropertyType; required?: boolean }> };
type ResourceDefinition = Definition & { attributes: Record<string, unknown> };

const isIntrinsic = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 1 &&
  /^(Fn::|Ref$)/.test(Object.keys(value)[0] as string);

export async function checkTemplate(template: Template): Promise<string[]> {
  const spec = await loadAwsServiceSpec();
  const resources = Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    const definition = resourceOf(spec, Type);
    return definition ? checkProperties(spec, definition, Properties, id) : [`${id}: unknown type ${Type}`];
  });
  return [...resources, ...checkReferences(spec, template)];
}

const resourceOf = (spec: Spec, type: string) =>
  spec.lookup('resource', 'cloudFormationType', 'equals', type)[0] as unknown as ResourceDefinition | undefined;

function checkProperties(spec: Spec, { properties }: Definition, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: wants an object`];
  const given = Object.entries(value).flatMap(([name, inner]) =>
    properties[name]
      ? checkValue(spec, properties[name].type, inner, `${path}.${name}`)
      : [`${path}.${name}: unknown property`],
  );
  const missing = Object.keys(properties).filter((name) => properties[name]?.required && !(name in value));
  return [...given, ...missing.map((name) => `${path}: missing ${name}`)];
}

function checkValue(spec: Spec, type: PropertyType, value: unknown, path: string): string[] {
  if (value === undefined || value === null || isIntrinsic(value)) return [];
  switch (type.type) {
    case 'string':
      if (!['string', 'number', 'boolean'].includes(typeof value)) return [`${path}: wants a string`];
      return type.allowedValues && !type.allowedValues.includes(String(value))
        ? [`${path}: ${value} is not allowed`]
        : [];
    case 'integer':
    case 'number':
      return Number.isNaN(Number(value)) ? [`${path}: wants a number`] : [];
    case 'boolean':
      return ['true', 'false'].includes(String(value)) ? [] : [`${path}: wants a boolean`];
    case 'array':
      if (!Array.isArray(value)) return [`${path}: wants a list`];
      return value.flatMap((inner, index) =>
        checkValue(spec, type.element as PropertyType, inner, `${path}[${index}]`),
      );
    case 'map':
      return Object.entries(value).flatMap(([key, inner]) =>
        checkValue(spec, type.element as PropertyType, inner, `${path}.${key}`),
      );
    case 'ref':
      return checkProperties(
        spec,
        spec.get('typeDefinition', type.reference?.$ref as string) as unknown as Definition,
        value,
        path,
      );
    case 'union': {
      const attempts = (type.types as PropertyType[]).map((one) => checkValue(spec, one, value, path));
      return attempts.some((errors) => errors.length === 0) ? [] : (attempts[0] as string[]).slice(0, 1);
    }
    default:
      return []; // json, tag, date-time: anything goes
  }
}

function checkReferences(spec: Spec, template: Template): string[] {
  const errors: string[] = [];
  JSON.stringify(template, (key, value) => {
    if (key === 'Ref' && typeof value === 'string' && !isKnown(template, value)) errors.push(`Ref to unknown ${value}`);
    if (key === 'Fn::GetAtt') errors.push(...checkAttribute(spec, template, value));
    return value;
  });
  return errors;
}

const isKnown = ({ Resources, Parameters }: Template, name: string) =>
  name.startsWith('AWS::') || name in Resources || (Parameters !== undefined && name in Parameters);

function checkAttribute(spec: Spec, { Resources }: Template, value: string | [string, string]): string[] {
  const [id, attribute] = Array.isArray(value) ? value : (value.split(/\.(.*)/) as [string, string]);
  const resource = Resources[id];
  if (!resource) return [`GetAtt of unknown ${id}`];
  const definition = resourceOf(spec, resource.Type);
  if (!definition || attribute in definition.attributes || (attribute.split('.')[0] as string) in definition.properties)
    return [];
  return [`GetAtt ${id}.${attribute}: ${resource.Type} has no such attribute`];
}
