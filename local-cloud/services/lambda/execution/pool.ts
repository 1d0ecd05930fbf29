/**
 * Execution environments of all functions: kept warm, reaped when idle, at most `maxPerFunction` of a function at once;
 * invocations beyond that wait their turn, and so do those that can have a warm one before a new one has started. A change of
 * the function retires the environments of its old self.
 */
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Environment } from '../../../service.ts';
import { type ExecutionEnvironment, type Invocation, startExecutionEnvironment, type Target } from './environment.ts';
import { startGuard } from './guard.ts';
import type { Outcome } from './outcome.ts';

/** Session credentials of an environment live an hour; it does not outlive them. */
const MAX_AGE_MILLISECONDS = 30 * 60_000;

export interface PoolOptions {
  idleMilliseconds: number;
  maxPerFunction: number;
}

interface Slot {
  identity: string;
  environment: ExecutionEnvironment;
  busy: boolean;
  retired: boolean;
  startedAt: number;
  reaper?: NodeJS.Timeout;
}

interface Waiting {
  lookAgain: () => void;
  fail: (error: unknown) => void;
}

/** More starts at once only slow each other down: on a laptop they have to share a few processors. */
const MAX_STARTING_PER_FUNCTION = 2;

/** The environments of one function, least recently used first. */
interface Group {
  slots: Set<Slot>;
  /** Environments that are being started: they count, too. */
  starting: number;
  /** Each looks again when there is something new, in the order they came. */
  waiting: Waiting[];
}

function wakeAll(group: Group): void {
  for (const { lookAgain } of group.waiting.splice(0)) lookAgain();
}

const versionOf = ({ Version, RevisionId }: FunctionConfiguration): string => `${Version} ${RevisionId}`;
const identityOf = ({ configuration, edge }: Target): string => versionOf(configuration) + (edge ? ' edge' : '');
const arnWithoutVersion = (arn: string): string => arn.split(':').slice(0, 7).join(':');

export class Pool {
  readonly #environment: Environment;
  readonly #options: PoolOptions;
  readonly #groups = new Map<string, Group>();
  /** Work that stop() waits for. */
  readonly #ending = new Set<Promise<void>>();
  readonly #guard = startGuard();
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
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const group of this.#groups.values()) {
      wakeAll(group);
      for (const slot of group.slots) this.#drop(group, slot);
    }
    while (this.#ending.size > 0) await Promise.all(this.#ending);
    await this.#guard.stop();
  }

  #group(functionArn: string): Group {
    const name = arnWithoutVersion(functionArn);
    const group = this.#groups.get(name) ?? { slots: new Set(), starting: 0, waiting: [] };
    this.#groups.set(name, group);
    return group;
  }

  async #acquire(group: Group, target: Target): Promise<Slot> {
    for (;;) {
      if (this.#stopped) throw new Error('The local cloud is stopping');
      for (const slot of group.slots) {
        if (!slot.busy && performance.now() - slot.startedAt > MAX_AGE_MILLISECONDS) this.#drop(group, slot);
      }
      const idle = [...group.slots].filter((slot) => !slot.busy);
      const warm = idle.findLast((slot) => slot.identity === identityOf(target));
      if (warm) {
        warm.busy = true;
        clearTimeout(warm.reaper);
        return warm;
      }
      const room = group.slots.size + group.starting < this.#options.maxPerFunction;
      if (!room && idle[0]) {
        this.#drop(group, idle[0]);
        continue;
      }
      if (room && group.starting < MAX_STARTING_PER_FUNCTION) void this.#start(group, target);
      await new Promise<void>((resolve, reject) => group.waiting.push({ lookAgain: resolve, fail: reject }));
    }
  }

  /** Whoever waits longest takes it, or hears why it did not start. */
  async #start(group: Group, target: Target): Promise<void> {
    group.starting++;
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    this.#track(finished);
    try {
      const environment = await startExecutionEnvironment(this.#environment, target, this.#guard);
      const startedAt = performance.now();
      const slot: Slot = { identity: identityOf(target), environment, busy: false, retired: false, startedAt };
      group.slots.add(slot);
      void environment.exited.then(() => slot.busy || this.#drop(group, slot));
      if (this.#stopped) this.#drop(group, slot);
    } catch (error) {
      group.waiting.shift()?.fail(error);
    } finally {
      group.starting--;
      finish();
      wakeAll(group);
    }
  }

  #release(group: Group, slot: Slot, broken: boolean): void {
    slot.busy = false;
    if (broken || slot.retired || this.#stopped) {
      this.#drop(group, slot);
      return;
    }
    slot.reaper = setTimeout(() => this.#drop(group, slot), this.#options.idleMilliseconds).unref();
    // Last used comes last, so that it is taken first and the others grow old.
    group.slots.delete(slot);
    group.slots.add(slot);
    wakeAll(group);
  }

  #drop(group: Group, slot: Slot): void {
    if (!group.slots.delete(slot)) return;
    clearTimeout(slot.reaper);
    this.#track(slot.environment.end());
    wakeAll(group);
  }

  #track(work: Promise<void>): void {
    const settled: Promise<void> = work
      .catch((error) => this.#environment.log(`lambda: an execution environment was not cleared away: ${error}`))
      .finally(() => this.#ending.delete(settled));
    this.#ending.add(settled);
  }
}
