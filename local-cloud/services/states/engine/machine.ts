/** Runs one machine from its checkpoint to its end: the loop over states, and a state's Retry, Catch, Assign, Output. */
import { act } from './actions.ts';
import { asStateError, ERRORS, Interruption, type StateError } from './errors.ts';
import { evaluate, type StatesValue } from './evaluate.ts';
import { payload } from './history.ts';
import type { Json, State, Transition } from './language.ts';
import { findCatcher, nextAttempt } from './retry.ts';
import { currentState, emit, type Scope, statesValue } from './scope.ts';

/** The machine's output. Rejects with a StateError or an Interruption; the checkpoint then stays at the failed state. */
export async function runMachine(scope: Scope): Promise<Json> {
  if (scope.at.enteredEvent === undefined) scope.run.atomically(() => enter(scope));
  else scope.lastEvent = scope.run.history.lastId();
  for (;;) {
    scope.signal.throwIfAborted();
    scope.at.enteredAt ??= scope.run.clock.now();
    const { output, next } = await runState(scope, currentState(scope));
    scope.signal.throwIfAborted();
    scope.run.atomically(() => leave(scope, output, next));
    if (next === undefined) return output;
  }
}

function enter(scope: Scope): void {
  const { at } = scope;
  emit(scope, `${currentState(scope).Type}StateEntered`, { name: at.state, input: JSON.stringify(at.input) });
  at.enteredEvent = scope.lastEvent;
  at.enteredAt = scope.run.clock.now();
  scope.run.save();
}

function leave(scope: Scope, output: Json, next: string | undefined): void {
  const { at } = scope;
  emit(scope, `${currentState(scope).Type}StateExited`, { name: at.state, output: JSON.stringify(output) });
  if (next === undefined) return;
  at.state = next;
  at.input = output;
  delete at.attempts;
  delete at.task;
  delete at.parts;
  enter(scope);
}

interface Step {
  output: Json;
  next: string | undefined;
}

async function runState(scope: Scope, state: State): Promise<Step> {
  for (;;) {
    try {
      const { transition, result } = await act(scope, state);
      return await finish(scope, transition, { ...statesValue(scope), ...(result !== undefined && { result }) });
    } catch (error) {
      if (error instanceof Interruption) throw error;
      const failure = asStateError(error);
      if (failure.error === ERRORS.query) {
        emit(scope, 'EvaluationFailed', { error: failure.error, cause: failure.cause, state: scope.at.state });
      }
      if (await retried(scope, state, failure)) continue;
      return await caught(scope, state, failure);
    }
  }
}

/** True when the state shall run again, after the wait that its Retry asks for. */
async function retried(scope: Scope, state: State, failure: StateError): Promise<boolean> {
  const retriers = 'Retry' in state ? (state.Retry ?? []) : [];
  const attempts = scope.at.attempts ?? retriers.map(() => 0);
  const next = nextAttempt(retriers, attempts, failure, scope.run.clock.random);
  if (!next) return false;
  scope.at.attempts = attempts.map((used, index) => (index === next.retrier ? used + 1 : used));
  delete scope.at.task;
  delete scope.at.parts;
  scope.run.save();
  await scope.run.clock.pause(next.delayMs, scope.signal);
  return true;
}

async function caught(scope: Scope, state: State, failure: StateError): Promise<Step> {
  const catcher = findCatcher('Catch' in state ? (state.Catch ?? []) : [], failure);
  if (!catcher) throw failure;
  const errorOutput: Json = { Error: failure.error ?? '', Cause: failure.cause ?? '' };
  return finish(scope, catcher, { ...statesValue(scope), errorOutput });
}

/** Assign and Output both see the variables from before the state. */
async function finish(scope: Scope, transition: Transition, states: StatesValue): Promise<Step> {
  const { at } = scope;
  const assigned = (await evaluate(transition.Assign ?? {}, states, at.variables)) as Record<string, Json>;
  const output =
    transition.Output === undefined
      ? (states.result ?? states.errorOutput ?? states.input)
      : await evaluate(transition.Output, states, at.variables);
  payload(output, `output of state ${at.state}`);
  at.variables = { ...at.variables, ...assigned };
  return { output, next: transition.Next };
}
