/** What each type of state does between being entered and left. */
import { runMap, runParallel } from './branches.ts';
import { ERRORS, StateError } from './errors.ts';
import { evaluate, evaluateSeconds } from './evaluate.ts';
import type { ChoiceState, FailState, State, WaitState } from './language.ts';
import { type Action, type Scope, statesValue } from './scope.ts';
import { runTask } from './task.ts';

export async function act(scope: Scope, state: State): Promise<Action> {
  switch (state.Type) {
    case 'Pass':
    case 'Succeed':
      return { transition: state };
    case 'Task':
      return { transition: state, result: await runTask(scope, state) };
    case 'Parallel':
      return { transition: state, result: await runParallel(scope, state) };
    case 'Map':
      return { transition: state, result: await runMap(scope, state) };
    case 'Choice':
      return choose(scope, state);
    case 'Wait':
      await wait(scope, state);
      return { transition: state };
    case 'Fail':
      return fail(scope, state);
  }
}

async function choose(scope: Scope, state: ChoiceState): Promise<Action> {
  for (const rule of state.Choices) {
    const holds = await evaluate(rule.Condition, statesValue(scope), scope.at.variables);
    if (typeof holds !== 'boolean') {
      throw new StateError(ERRORS.query, `A Condition must be true or false, not ${JSON.stringify(holds)}.`);
    }
    if (holds) return { transition: rule };
  }
  if (state.Default === undefined) {
    throw new StateError(ERRORS.noChoice, `No rule of ${scope.at.state} matched and it has no Default.`);
  }
  return { transition: { Next: state.Default, Assign: state.Assign, Output: state.Output } };
}

async function wait(scope: Scope, state: WaitState): Promise<void> {
  const { run, at, signal } = scope;
  let until: number;
  if (state.Seconds !== undefined) {
    const seconds = await evaluateSeconds(state.Seconds, statesValue(scope), at.variables);
    until = (at.enteredAt ?? run.clock.now()) + seconds * 1000;
  } else {
    until = Date.parse(String(await evaluate(state.Timestamp ?? '', statesValue(scope), at.variables)));
    if (Number.isNaN(until)) throw new StateError(ERRORS.query, 'Timestamp must be an ISO 8601 date and time.');
  }
  await run.clock.sleep(Math.max(0, until - run.clock.now()), signal);
}

async function fail(scope: Scope, state: FailState): Promise<never> {
  const text = async (value: FailState['Error']) =>
    value === undefined ? undefined : String(await evaluate(value, statesValue(scope), scope.at.variables));
  throw new StateError(await text(state.Error), await text(state.Cause));
}
