/** What a template's intrinsic functions see: parameters, pseudo parameters, conditions, mappings, made resources. */
import { NO_VALUE, resolve, type Scope } from './intrinsics.ts';
import type { PhysicalResource } from './resource-type.ts';
import { type Template, type TemplateParameter, templateInvalid } from './template.ts';

export interface Surroundings {
  accountId: string;
  region: string;
  stackName: string;
}

export function templateScope(
  template: Template,
  given: Record<string, string>,
  made: Map<string, PhysicalResource>,
  around: Surroundings,
): Scope {
  const values = new Map<string, unknown>(Object.entries(pseudoParameters(around)));
  for (const [name, parameter] of Object.entries(template.Parameters ?? {})) {
    values.set(name, parameterValue(name, parameter, given[name]));
  }
  const conditions = new Map<string, boolean>();
  const scope: Scope = {
    ref: (name) => {
      if (values.has(name)) return values.get(name);
      return existing(name, 'Ref').id;
    },
    attribute: (logicalId, name) => {
      const value = existing(logicalId, 'Fn::GetAtt').attributes[name];
      if (value !== undefined) return value;
      const { Type } = template.Resources[logicalId]!;
      throw templateInvalid(`${logicalId} (${Type}) has no attribute ${name} in the local cloud.`, 'Check its name.');
    },
    condition: (name) => {
      const known = conditions.get(name);
      if (known !== undefined) return known;
      const definition = template.Conditions?.[name];
      if (definition === undefined) throw templateInvalid(`The condition ${name} is not defined.`, 'Define it.');
      const holds = Boolean(resolve(definition, scope, `Conditions.${name}`));
      conditions.set(name, holds);
      return holds;
    },
    mapping: (map, key, name) => {
      const value = template.Mappings?.[map]?.[key]?.[name];
      if (value === undefined) throw templateInvalid(`The mapping ${map}.${key}.${name} is not defined.`, 'Define it.');
      return value;
    },
  };
  const existing = (name: string, by: string): PhysicalResource => {
    const resource = made.get(name);
    if (resource) return resource;
    const why = template.Resources[name] ? 'is left out by its condition' : 'is no parameter and no resource';
    throw templateInvalid(`${by} names ${name}, which ${why}.`, 'Check the template.');
  };
  return scope;
}

function pseudoParameters({ accountId, region, stackName }: Surroundings): Record<string, unknown> {
  return {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/00000000-0000-0000-0000-000000000000`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NO_VALUE,
  };
}

function parameterValue(name: string, parameter: TemplateParameter, given: string | undefined): unknown {
  const value = given ?? parameter.Default;
  if (value === undefined) {
    throw templateInvalid(`The template's parameter ${name} has no value and no default.`, 'Give it a value.');
  }
  if (parameter.AllowedValues && !parameter.AllowedValues.map(String).includes(String(value))) {
    const allowed = parameter.AllowedValues.join(', ');
    throw templateInvalid(`The parameter ${name} is "${value}"; allowed are ${allowed}.`, 'Choose one of them.');
  }
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
  const { AllowedPattern, ConstraintDescription } = parameter;
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(String(value))) {
    const wanted = ConstraintDescription ?? `it has to match ${AllowedPattern}`;
    throw templateInvalid(`The parameter ${name} is "${value}": ${wanted}.`, 'Give it another value.');
  }
  const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type?.startsWith('List<');
  return isList ? String(value).split(',') : String(value);
}
