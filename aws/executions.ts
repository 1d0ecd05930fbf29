/** Executions of the state machines. An execution's name is its deployment's id. */
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';

export type Executions = ReturnType<typeof createExecutions>;

/** The state machines by the names of their files in statemachines/. */
export type Machine = 'deploy' | 'promote' | 'teardown' | 'domain';

export interface Execution {
  arn: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
  redriveCount: number;
  redrivable: boolean;
  /** Why it cannot be redriven, in AWS's words. */
  redriveStatusReason?: string;
  startedAt?: Date;
  stoppedAt?: Date;
  error?: string;
  cause?: string;
  /** The state's JSON at its begin. */
  input?: string;
  /** The state's JSON at its end, when it succeeded. */
  output?: string;
}

export function createExecutions(client: SFNClient, machines: Record<Machine, string>) {
  /** `arn:…:stateMachine:deploy` → `arn:…:execution:deploy:<name>` */
  const arnOf = (machine: Machine, name: string) =>
    `${machines[machine].replace(':stateMachine:', ':execution:')}:${name}`;

  return {
    arnOf,

    /** Starts the execution of that name, once: the ARN of the one that is there is answered else. */
    async start(machine: Machine, name: string, input: object): Promise<string> {
      try {
        const { executionArn } = await client.send(
          new StartExecutionCommand({ stateMachineArn: machines[machine], name, input: JSON.stringify(input) }),
        );
        return executionArn ?? arnOf(machine, name);
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return arnOf(machine, name);
        throw error;
      }
    },

    /** False when there is no such execution. One that has ended stays as it is. */
    async stop(executionArn: string, error: string, cause: string): Promise<boolean> {
      try {
        await client.send(new StopExecutionCommand({ executionArn, error, cause }));
        return true;
      } catch (refused) {
        if (refused instanceof ExecutionDoesNotExist) return false;
        throw refused;
      }
    },

    /** Undefined when it never began, or ended more than 90 days ago. */
    async describe(executionArn: string): Promise<Execution | undefined> {
      try {
        const found = await client.send(new DescribeExecutionCommand({ executionArn }));
        return {
          arn: executionArn,
          status: found.status ?? 'RUNNING',
          redriveCount: found.redriveCount ?? 0,
          redrivable: found.redriveStatus === 'REDRIVABLE',
          redriveStatusReason: found.redriveStatusReason,
          startedAt: found.startDate,
          stoppedAt: found.stopDate,
          error: found.error,
          cause: found.cause,
          input: found.input,
          output: found.output,
        };
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },

    /** Goes on from the state that failed; AWS's reason when that is impossible. */
    async redrive(executionArn: string): Promise<{ redriven: true } | { redriven: false; reason: string }> {
      try {
        await client.send(new RedriveExecutionCommand({ executionArn }));
        return { redriven: true };
      } catch (error) {
        if (error instanceof ExecutionNotRedrivable) return { redriven: false, reason: error.message };
        throw error;
      }
    },
  };
}
