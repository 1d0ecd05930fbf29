/** State machines: their definitions and roles. */
import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Environment, Operations } from '../../service.ts';
import { diagnose } from './definition.ts';
import { type Tag, tagsOf } from './machine-tags.ts';
import { checkName, page } from './names.ts';
import { deleteExecution, type MachineRecord, type StatesRecords } from './records.ts';

interface MachineInput {
  name: string;
  definition: string;
  roleArn: string;
  type?: string;
  publish?: boolean;
  loggingConfiguration?: object;
  tracingConfiguration?: object;
  tags?: Tag[];
}

export interface Machines {
  operations: Operations;
  /** Throws StateMachineDoesNotExist or InvalidArn. */
  find(arn: string): MachineRecord;
}

const TYPE = 'STANDARD';

export function createMachines(environment: Environment, records: StatesRecords): Machines {
  const { machines } = records;
  const arnOf = (name: string) => `arn:aws:states:${environment.region}:${environment.accountId}:stateMachine:${name}`;

  const find = (arn: string): MachineRecord => {
    const [, name, version] = /:stateMachine:([^:]+)(:.+)?$/.exec(arn) ?? [];
    if (!name || !arn.startsWith('arn:')) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
    const machine = version ? undefined : machines.get(name);
    if (machine?.arn === arn) return machine;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  };

  const operations: Operations = {
    CreateStateMachine: async (input: MachineInput) => {
      checkName(input.name);
      refuseWhatIsNotEmulated(input);
      await checkDefinition(input.definition);
      const existing = machines.get(input.name);
      if (existing) return sameOrConflict(existing, input);
      const machine: MachineRecord = {
        arn: arnOf(input.name),
        name: input.name,
        roleArn: input.roleArn,
        definition: input.definition,
        creationDate: environment.now(),
        revisionId: 'INITIAL',
        loggingConfiguration: input.loggingConfiguration,
        tracingConfiguration: input.tracingConfiguration,
        tags: tagsOf(input.tags),
      };
      machines.put(machine.name, machine);
      return { stateMachineArn: machine.arn, creationDate: new Date(machine.creationDate) };
    },
    UpdateStateMachine: async (input: Partial<MachineInput> & { stateMachineArn: string }) => {
      const { stateMachineArn, definition, roleArn, loggingConfiguration, tracingConfiguration } = input;
      const machine = find(stateMachineArn);
      refuseWhatIsNotEmulated(input);
      if (!definition && !roleArn && !loggingConfiguration && !tracingConfiguration) {
        throw new AwsError(
          'MissingRequiredParameter',
          'Either the definition, the role ARN, or a configuration must be specified',
        );
      }
      if (definition) await checkDefinition(definition);
      const updateDate = environment.now();
      const revisionId = randomUUID();
      machines.put(machine.name, {
        ...machine,
        definition: definition ?? machine.definition,
        roleArn: roleArn ?? machine.roleArn,
        loggingConfiguration: loggingConfiguration ?? machine.loggingConfiguration,
        tracingConfiguration: tracingConfiguration ?? machine.tracingConfiguration,
        updateDate,
        revisionId,
      });
      return { updateDate: new Date(updateDate), revisionId };
    },
    DescribeStateMachine: async (input: { stateMachineArn: string }) => {
      const machine = find(input.stateMachineArn);
      return {
        ...describeMachine(machine),
        status: 'ACTIVE',
        type: TYPE,
        creationDate: new Date(machine.creationDate),
        revisionId: machine.revisionId,
      };
    },
    DeleteStateMachine: async (input: { stateMachineArn: string }) => {
      const name = input.stateMachineArn.split(':').at(-1) ?? '';
      if (machines.get(name)?.arn !== input.stateMachineArn) return {};
      records.atomically(() => {
        machines.delete(name);
        for (const [arn, { status }] of records.executions.entries(`${executionPrefix(input.stateMachineArn)}:`)) {
          if (status !== 'RUNNING') deleteExecution(records, arn);
        }
      });
      return {};
    },
    ListStateMachines: async (input: { maxResults?: number; nextToken?: string }) => {
      const { items, nextToken } = page(machines.entries(), ([name]) => name, input);
      const stateMachines = items.map(([, { arn, name, creationDate }]) => ({
        stateMachineArn: arn,
        name,
        type: TYPE,
        creationDate: new Date(creationDate),
      }));
      return { stateMachines, nextToken };
    },
    ValidateStateMachineDefinition: async (input: { definition: string }) => {
      const diagnostics = await diagnose(input.definition);
      return { result: diagnostics.length === 0 ? 'OK' : 'FAIL', diagnostics, truncated: false };
    },
  };
  return { operations, find };
}

/** The ARN prefix of a machine's executions, without the colon before their names. */
export function executionPrefix(machineArn: string): string {
  return machineArn.replace(':stateMachine:', ':execution:');
}

export function definitionKey(definition: string): string {
  return createHash('sha256').update(definition).digest('hex');
}

export function describeMachine(machine: Omit<MachineRecord, 'creationDate' | 'revisionId' | 'tags'>): object {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    definition: machine.definition,
    roleArn: machine.roleArn,
    loggingConfiguration: machine.loggingConfiguration ?? { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: machine.tracingConfiguration ?? { enabled: false },
  };
}

async function checkDefinition(definition: string): Promise<void> {
  const problems = await diagnose(definition);
  if (problems.length === 0) return;
  const text = problems.map(({ code, message, location }) => `${code}: ${message}${location ? ` at ${location}` : ''}`);
  throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${text.join(', ')}'`);
}

function refuseWhatIsNotEmulated(input: Partial<MachineInput>): void {
  if (input.type && input.type !== TYPE) {
    throw new AwsError(
      'StateMachineTypeNotSupported',
      `${input.type} state machines are not emulated by the local cloud`,
    );
  }
  if (input.publish) throw new AwsError('ValidationException', 'Versions are not emulated by the local cloud');
}

function sameOrConflict(existing: MachineRecord, input: MachineInput): object {
  if (existing.definition === input.definition && existing.roleArn === input.roleArn) {
    return { stateMachineArn: existing.arn, creationDate: new Date(existing.creationDate) };
  }
  throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${existing.arn}'`);
}
