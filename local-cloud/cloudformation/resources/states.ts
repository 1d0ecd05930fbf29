import { createOrUpdate, type ResourceType } from '../resource-type.ts';
import { type CfnTag, camelKeys } from '../shapes.ts';

interface StateMachineProperties {
  StateMachineName?: string;
  StateMachineType?: string;
  Definition?: object;
  DefinitionString?: string;
  DefinitionSubstitutions?: Record<string, unknown>;
  RoleArn: string;
  LoggingConfiguration?: object;
  TracingConfiguration?: object;
  Tags?: CfnTag[];
}

export const stateMachine: ResourceType<StateMachineProperties> = {
  put: async ({ properties, defaultName, previous, aws }) => {
    const name = properties.StateMachineName ?? defaultName.slice(0, 80);
    const updatable = {
      definition: definitionOf(properties),
      roleArn: properties.RoleArn,
      loggingConfiguration: camelKeys(properties.LoggingConfiguration),
      tracingConfiguration: camelKeys(properties.TracingConfiguration),
    };
    const stateMachineArn = `arn:aws:states:${aws.region}:${aws.accountId}:stateMachine:${name}`;
    const create = { ...updatable, name, type: properties.StateMachineType, tags: camelKeys(properties.Tags) };
    const update = () => aws('states', 'UpdateStateMachine', { ...updatable, stateMachineArn });
    if (previous?.id === stateMachineArn) await update();
    else await createOrUpdate(() => aws('states', 'CreateStateMachine', create), update);
    return { id: stateMachineArn, attributes: { Arn: stateMachineArn, Name: name } };
  },
  delete: async ({ id }, aws) => void (await aws('states', 'DeleteStateMachine', { stateMachineArn: id })),
};

function definitionOf({ Definition, DefinitionString, DefinitionSubstitutions = {} }: StateMachineProperties): string {
  const text = DefinitionString ?? (Definition && JSON.stringify(Definition));
  if (text === undefined) throw new Error('only a Definition or DefinitionString is emulated');
  return text.replace(/\$\{(\w+)\}/g, (variable, name: string) =>
    Object.hasOwn(DefinitionSubstitutions, name) ? String(DefinitionSubstitutions[name]) : variable,
  );
}
