/**
 * Execution environments of all functions: kept warm, reaped when idle, at most `maxPerFunction` of a function at once.
 * Invocations wait for one in the order they came. As many environments as there are processors start as they are asked for;
 * more only while none of the busy ones gets free: on a laptop they share those processors, and a start costs as much as
 * many a short invocation. A change of the function retires the environments of its old self.
 */
import { availableParallelism } from 'node:os';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Environment } from '../../../service.ts';
import { type ExecutionEnvironment, type Invocation, startExecutionEnvironment, type Target } from './environment.ts';
import { startGuard } from './guard.ts';
import type { Outcome } from './outcome.ts';
import { Precedence } from './precedence.ts';

/** Session credentials of an environment live an hour; it does not outlive them. */
const MAX_AGE_MILLISECONDS = 30 * 60_000;

export interface PoolOptions {
  idleMilliseconds: number;
  maxPerFunction: number;
  /**
   * Before one more than there are processors is started: who gets free within this time, or within that of the last start if
   * it took longer, is waited for.
   */
  patienceMilliseconds: number;
}

interface Slot {
  identity: string;
  environment: ExecutionEnvironment;
  busy: boolean;
  /** Its code is being loaded. */
  cold: boolean;
  retired: boolean;
  startedAt: number;
  reaper?: NodeJS.Timeout;
}

interface Waiting {
  target: Target;
  take: (slot: Slot) => void;
  fail: (error: unknown) => void;
}

/** More starts at once only slow each other down. */
const MAX_STARTING_PER_FUNCTION = 2;

/** The environments of one function, least recently used first. */
interface Group {
  slots: Set<Slot>;
  /** Environments without a process yet: they count, too. */
  starting: number;
  /** When one of them last got ready, free or busy, on the clock of performance.now(). */
  movedAt: number;
  /** Milliseconds that the last start took. */
  startTook: number;
  waiting: Waiting[];
  /** Looks again when nothing else makes it. */
  timer?: NodeJS.Timeout;
}

const versionOf = ({ Version, RevisionId }: FunctionConfiguration): string => `${Version} ${RevisionId}`;
const identityOf = ({ configuration, edge }: Target): string => versionOf(configuration) + (edge ? ' edge' : '');
const idleOf = ({ slots }: Group): Slot[] => [...slots].filter(({ busy }) => !busy);
const stopping = () => new Error('The local cloud is stopping');
const arnWithoutVersion = (arn: string): string => arn.split(':').slice(0, 7).join(':');

export class Pool {
  readonly #environment: Environment;
  readonly #options: PoolOptions;
  readonly #groups = new Map<string, Group>();
  /** Work that stop() waits for. */
  readonly #ending = new Set<Promise<void>>();
  readonly #guard = startGuard();
  readonly #precedence = new Precedence();
  #stopped = false;

  constructor(environment: Environment, options: PoolOptions) {
    this.#environment = environment;
    this.#options = options;
  }

  async invoke(target: Target, invocation: Invocation): Promise<Outcome & { logTail: string }> {
    const group = this.#group(target.configuration.FunctionArn!);
    const slot = await this.#acquire(group, target);
    let broken = true;
    try {
      const outcome = await slot.environment.invoke(invocation);
      broken = outcome.broken;
      return outcome;
    } finally {
      this.#release(group, slot, broken);
    }
  }

  /** Ends idle environments of a function whose configuration is none of `current`; busy ones end after their invocation. */
  retire(functionArn: string, current: FunctionConfiguration[]): void {
    const group = this.#group(functionArn);
    const kept = new Set(current.map(versionOf));
    for (const slot of group.slots) {
      if (kept.has(slot.identity.replace(/ edge$/, ''))) continue;
      slot.retired = true;
      if (!slot.busy) this.#drop(group, slot);
    }
    this.#serve(group);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#precedence.release();
    for (const group of this.#groups.values()) {
      clearTimeout(group.timer);
      for (const { fail } of group.waiting.splice(0)) fail(stopping());
      for (const slot of group.slots) this.#drop(group, slot);
    }
    while (this.#ending.size > 0) await Promise.all(this.#ending);
    await this.#guard.stop();
  }

  #group(functionArn: string): Group {
    const name = arnWithoutVersion(functionArn);
    const group = this.#groups.get(name) ?? { slots: new Set(), starting: 0, movedAt: 0, startTook: 0, waiting: [] };
    this.#groups.set(name, group);
    return group;
  }

  async #acquire(group: Group, target: Target): Promise<Slot> {
    if (target.background) await this.#precedence.turn();
    if (this.#stopped) throw stopping();
    const { promise, resolve: take, reject: fail } = Promise.withResolvers<Slot>();
    group.waiting.push({ target, take, fail });
    this.#serve(group);
    return target.background ? promise : this.#precedence.during(promise);
  }

  /** Gives what is idle to those that wait, longest first, and starts what they lack. */
  #serve(group: Group): void {
    clearTimeout(group.timer);
    if (this.#stopped) return;
    for (const slot of idleOf(group)) {
      if (performance.now() - slot.startedAt > MAX_AGE_MILLISECONDS) this.#drop(group, slot);
    }
    for (const waiting of [...group.waiting]) {
      const idle = idleOf(group);
      const warm = idle.findLast((slot) => slot.identity === identityOf(waiting.target));
      if (warm) {
        warm.busy = true;
        group.movedAt = performance.now();
        clearTimeout(warm.reaper);
        group.waiting.splice(group.waiting.indexOf(waiting), 1);
        waiting.take(warm);
      } else if (!this.#grow(group, waiting.target, idle[0])) return;
    }
  }

  /** False when there is nothing to do for now but to wait for one that is busy. */
  #grow(group: Group, target: Target, idle: Slot | undefined): boolean {
    const cold = [...group.slots].filter((slot) => slot.cold).length;
    if (group.starting + cold >= MAX_STARTING_PER_FUNCTION || group.starting >= group.waiting.length) return false;
    const count = group.slots.size + group.starting;
    const isFull = count >= this.#options.maxPerFunction;
    if (isFull && !idle) return false;
    const patience = group.movedAt + Math.max(this.#options.patienceMilliseconds, group.startTook) - performance.now();
    if (!idle && count >= availableParallelism() && patience > 0) {
      group.timer = setTimeout(() => this.#serve(group), Math.ceil(patience));
      return false;
    }
    if (isFull && idle) this.#drop(group, idle);
    void this.#start(group, target);
    return true;
  }

  /** Whoever waits longest takes it, or hears why it did not start. */
  async #start(group: Group, target: Target): Promise<void> {
    group.starting++;
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    this.#track(finished);
    try {
      const environment = await startExecutionEnvironment(this.#environment, target, this.#guard);
      const startedAt = performance.now();
      const identity = identityOf(target);
      const slot: Slot = { identity, environment, busy: false, cold: true, retired: false, startedAt };
      group.slots.add(slot);
      void environment.initialised.then(() => {
        slot.cold = false;
        group.movedAt = performance.now();
        group.startTook = group.movedAt - startedAt;
        this.#serve(group);
      });
      void environment.exited.then(() => {
        if (!slot.busy) this.#drop(group, slot);
        this.#serve(group);
      });
      if (this.#stopped) this.#drop(group, slot);
    } catch (error) {
      group.waiting.shift()?.fail(error);
    } finally {
      group.starting--;
      finish();
      this.#serve(group);
    }
  }

  #release(group: Group, slot: Slot, broken: boolean): void {
    slot.busy = false;
    group.movedAt = performance.now();
    if (broken || slot.retired || this.#stopped) this.#drop(group, slot);
    else {
      slot.reaper = setTimeout(() => this.#drop(group, slot), this.#options.idleMilliseconds).unref();
      // Last used comes last, so that it is taken first and the others grow old.
      group.slots.delete(slot);
      group.slots.add(slot);
    }
    this.#serve(group);
  }

  #drop(group: Group, slot: Slot): void {
    if (!group.slots.delete(slot)) return;
    clearTimeout(slot.reaper);
    this.#track(slot.environment.end());
  }

  #track(work: Promise<void>): void {
    const settled: Promise<void> = work
      .catch((error) => this.#environment.log(`lambda: an execution environment was not cleared away: ${error}`))
      .finally(() => this.#ending.delete(settled));
    this.#ending.add(settled);
  }
}
