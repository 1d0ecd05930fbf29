/** Amazon States Language as the engine runs it: JSONata machines only. https://states-language.net/spec.html */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Variables = Record<string, Json>;

export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL' | 'NONE';
}

/** What may follow a state, a Choice rule or a catcher. */
export interface Transition {
  Next?: string;
  End?: boolean;
  Assign?: Json;
  Output?: Json;
}

export interface Catcher extends Transition {
  ErrorEquals: string[];
}

export interface ChoiceRule extends Transition {
  Condition: Json;
}

interface Common extends Transition {
  QueryLanguage?: 'JSONata' | 'JSONPath';
  Comment?: string;
}

interface Fallible extends Common {
  Retry?: Retrier[];
  Catch?: Catcher[];
}

export interface TaskState extends Fallible {
  Type: 'Task';
  Resource: string;
  Arguments?: Json;
  TimeoutSeconds?: Json;
  HeartbeatSeconds?: Json;
}

export interface ParallelState extends Fallible {
  Type: 'Parallel';
  Arguments?: Json;
  Branches: Machine[];
}

export interface MapState extends Fallible {
  Type: 'Map';
  Items?: Json;
  ItemSelector?: Json;
  MaxConcurrency?: Json;
  ItemProcessor: Machine & { ProcessorConfig?: { Mode?: 'INLINE' | 'DISTRIBUTED' } };
}

export interface ChoiceState extends Common {
  Type: 'Choice';
  Choices: ChoiceRule[];
  Default?: string;
}

export interface WaitState extends Common {
  Type: 'Wait';
  Seconds?: Json;
  Timestamp?: Json;
}

export interface FailState extends Common {
  Type: 'Fail';
  Error?: Json;
  Cause?: Json;
}

export interface PlainState extends Common {
  Type: 'Pass' | 'Succeed';
}

export type State = TaskState | ParallelState | MapState | ChoiceState | WaitState | FailState | PlainState;

export interface Machine {
  QueryLanguage?: 'JSONata' | 'JSONPath';
  Comment?: string;
  StartAt: string;
  States: Record<string, State>;
  TimeoutSeconds?: number;
}

/** Every machine inside a state: the branches of a Parallel, the processor of a Map. */
export function nestedMachines(state: State): Machine[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [state.ItemProcessor] : [];
}
