/** Executions of the deploy state machine. An execution's name is its deployment's id. */
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';

export type Executions = ReturnType<typeof createExecutions>;

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
  /** The state's JSON at its end, when it succeeded. */
  output?: string;
}

export function createExecutions(client: SFNClient, stateMachineArn: string) {
  /** `arn:…:stateMachine:deploy` → `arn:…:execution:deploy:<name>` */
  const arnOf = (name: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

  return {
    /** Starts the execution of that name, once: the ARN of the one that is there is answered else. */
    async start(name: string, input: object): Promise<string> {
      try {
        const { executionArn } = await client.send(
          new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
        );
        return executionArn ?? arnOf(name);
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return arnOf(name);
        throw error;
      }
    },

    async stop(executionArn: string, error: string, cause: string): Promise<void> {
      await client.send(new StopExecutionCommand({ executionArn, error, cause }));
    },

    async describe(executionArn: string): Promise<Execution> {
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
        output: found.output,
      };
    },

    /** Goes on from the state that failed. */
    async redrive(executionArn: string): Promise<void> {
      await client.send(new RedriveExecutionCommand({ executionArn }));
    },
  };
}
