/** Parallel and Map: several machines at once. A redrive runs only those that did not end. */
import { asStateError, ERRORS, Interruption, StateError } from './errors.ts';
import { evaluate, type StatesValue } from './evaluate.ts';
import type { Json, Machine, MapState, ParallelState } from './language.ts';
import { type Checkpoint, emit, type Part, type Scope, statesValue } from './scope.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html: about 40 iterations at once. */
const MAX_INLINE_CONCURRENCY = 40;

export async function runParallel(scope: Scope, state: ParallelState): Promise<Json[]> {
  const { at } = scope;
  if (!at.parts) {
    const input = state.Arguments === undefined ? at.input : await evaluateHere(scope, state.Arguments);
    begin(
      scope,
      state.Branches.map((branch) => start(branch, structuredClone(input), scope)),
    );
    emit(scope, 'ParallelStateStarted');
  }
  const started = scope.lastEvent;
  return runParts(scope, 'Parallel', state.Branches.length, (index, at, signal) => {
    const machine = state.Branches[index] as Machine;
    return scope.run.runMachine({ ...scope, machine, at, signal, lastEvent: started });
  });
}

export async function runMap(scope: Scope, state: MapState): Promise<Json[]> {
  const { at } = scope;
  const items = state.Items === undefined ? at.input : await evaluateHere(scope, state.Items);
  if (!Array.isArray(items)) throw new StateError(ERRORS.query, 'The Items of a Map must be an array.');
  const limit = Number(state.MaxConcurrency === undefined ? 0 : await evaluateHere(scope, state.MaxConcurrency));
  const item = (index: number): Json => ({ Item: { Index: index, Value: items[index] ?? null } });
  if (!at.parts) {
    const inputs = state.ItemSelector === undefined ? items : await selectItems(scope, state.ItemSelector, items, item);
    begin(
      scope,
      inputs.map((input) => start(state.ItemProcessor, input, scope)),
    );
    emit(scope, 'MapStateStarted', { length: items.length });
  }
  const started = scope.lastEvent;
  const name = at.state;
  return runParts(
    scope,
    'Map',
    Math.min(limit || MAX_INLINE_CONCURRENCY, MAX_INLINE_CONCURRENCY),
    async (index, at, signal) => {
      const inner = { ...scope, machine: state.ItemProcessor, at, signal, map: item(index), lastEvent: started };
      emit(inner, 'MapIterationStarted', { name, index });
      try {
        const output = await scope.run.runMachine(inner);
        emit(inner, 'MapIterationSucceeded', { name, index });
        return output;
      } catch (error) {
        if (!(error instanceof Interruption)) emit(inner, 'MapIterationFailed', { name, index });
        throw error;
      }
    },
  );
}

function selectItems(scope: Scope, selector: Json, items: Json[], item: (index: number) => Json): Promise<Json[]> {
  const states = statesValue(scope);
  return Promise.all(
    items.map((_, index) => {
      const context = { ...(states.context as { [key: string]: Json }), Map: item(index) };
      return evaluate(selector, { ...states, context } satisfies StatesValue, scope.at.variables);
    }),
  );
}

function evaluateHere(scope: Scope, template: Json): Promise<Json> {
  return evaluate(template, statesValue(scope), scope.at.variables);
}

function start(machine: Machine, input: Json, scope: Scope): Part {
  const at: Checkpoint = { state: machine.StartAt, input, variables: { ...scope.at.variables } };
  return { at };
}

function begin(scope: Scope, parts: Part[]): void {
  scope.at.parts = parts;
  scope.run.save();
}

/** Runs the parts that have no output yet, `limit` at a time; the first that fails interrupts the others. */
async function runParts(
  scope: Scope,
  kind: 'Parallel' | 'Map',
  limit: number,
  runPart: (index: number, at: Checkpoint, signal: AbortSignal) => Promise<Json>,
): Promise<Json[]> {
  const parts = scope.at.parts ?? [];
  const siblings = new AbortController();
  const signal = AbortSignal.any([scope.signal, siblings.signal]);
  const waiting = parts.flatMap((part, index) => ('at' in part ? [{ index, at: part.at }] : []));
  let failure: unknown;
  const worker = async () => {
    for (let next = waiting.shift(); next && !failure; next = waiting.shift()) {
      try {
        parts[next.index] = { output: await runPart(next.index, next.at, signal) };
        scope.run.save();
      } catch (error) {
        failure ??= error;
        siblings.abort(new Interruption('sibling'));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, waiting.length) }, worker));
  if (failure instanceof Interruption) throw failure;
  if (failure) {
    const { error, cause } = asStateError(failure);
    emit(scope, `${kind}StateFailed`, { error, cause });
    throw failure;
  }
  scope.lastEvent = scope.run.history.lastId();
  emit(scope, `${kind}StateSucceeded`);
  return parts.map((part) => ('output' in part ? part.output : null));
}
