/**
 * One event source mapping at work: receives from the queue, invokes the function, deletes what is done. The order of
 * a FIFO queue's groups is the queue's own doing: it gives no message of a group that has one in flight.
 */
import type { Message } from '@aws-sdk/client-sqs';
import type { Environment } from '../../../service.ts';
import { type FunctionReference, parseFunctionName } from '../function-name.ts';
import type { Invocations } from '../invocations.ts';
import type { LambdaStore, MappingRecord } from '../store.ts';
import { type QueueClient, queueClient } from './queue-client.ts';
import { processed, sqsEvent } from './sqs-event.ts';

const WAIT_SECONDS = 10;
/** AWS begins with five batches at once and scales out. */
const DEFAULT_CONCURRENCY = 5;
const AFTER_ERROR_MILLISECONDS = 1000;
const BETWEEN_EMPTY_MILLISECONDS = 50;

export class Poller {
  readonly #log: Environment['log'];
  readonly #invocations: Invocations;
  readonly #mapping: MappingRecord;
  readonly #reference: FunctionReference;
  readonly #queue: QueueClient;
  readonly #stopping = Promise.withResolvers<void>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #ended: Promise<void>;
  #stopped = false;

  /** Begins at once. */
  constructor(environment: Environment, store: LambdaStore, invocations: Invocations, mapping: MappingRecord) {
    this.#log = environment.log;
    this.#invocations = invocations;
    this.#mapping = mapping;
    this.#reference = parseFunctionName(mapping.FunctionArn!, undefined, environment.asService('lambda.amazonaws.com'));
    this.#queue = queueClient(environment, store, this.#reference, mapping.EventSourceArn!);
    this.#ended = this.#poll();
  }

  /** Resolves when the batches in flight are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopping.resolve();
    await this.#ended;
    await Promise.all(this.#inFlight);
  }

  async #poll(): Promise<void> {
    const concurrency = this.#mapping.ScalingConfig?.MaximumConcurrency ?? DEFAULT_CONCURRENCY;
    while (!this.#stopped) {
      if (this.#inFlight.size >= concurrency) {
        await Promise.race([...this.#inFlight, this.#stopping.promise]);
        continue;
      }
      const messages = await this.#gather().catch(async (error) => {
        this.#log(`lambda: cannot receive from ${this.#mapping.EventSourceArn}: ${error}`);
        await this.#pause(AFTER_ERROR_MILLISECONDS);
        return [];
      });
      if (messages.length === 0) await this.#pause(BETWEEN_EMPTY_MILLISECONDS);
      else if (this.#stopped) await this.#queue.giveBack(messages).catch(() => undefined);
      else this.#start(messages);
    }
  }

  /** A batch: what is there, or what comes within the batching window. */
  async #gather(): Promise<Message[]> {
    const { BatchSize = 10, MaximumBatchingWindowInSeconds: windowSeconds = 0 } = this.#mapping;
    const batch = await this.#receive(BatchSize, WAIT_SECONDS);
    const until = performance.now() + windowSeconds * 1000;
    while (batch.length > 0 && batch.length < BatchSize && !this.#stopped && performance.now() < until) {
      const waitSeconds = Math.min(20, Math.ceil((until - performance.now()) / 1000));
      batch.push(...(await this.#receive(BatchSize - batch.length, waitSeconds)));
    }
    return batch;
  }

  async #receive(max: number, waitSeconds: number): Promise<Message[]> {
    const received = this.#queue.receive(max, waitSeconds);
    const messages = await Promise.race([received, this.#stopping.promise]);
    if (messages) return messages;
    // The wait goes on in the queue: what it still gives is handed back.
    void received.then((late) => this.#queue.giveBack(late)).catch(() => undefined);
    return [];
  }

  #start(messages: Message[]): void {
    const work: Promise<void> = this.#deliver(messages)
      .catch((error) => this.#log(`lambda: ${this.#mapping.EventSourceArn} → ${this.#reference.name}: ${error}`))
      .finally(() => this.#inFlight.delete(work));
    this.#inFlight.add(work);
  }

  /** What is not deleted becomes visible again by the queue's own time-out. */
  async #deliver(messages: Message[]): Promise<void> {
    const { EventSourceArn, FunctionResponseTypes } = this.#mapping;
    const event = Buffer.from(JSON.stringify(sqsEvent(messages, EventSourceArn!)));
    const answer = await this.#invocations.run(this.#reference, event);
    if (answer.functionError) return;
    const reports = FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false;
    await this.#queue.remove(processed(messages, answer.payload.toString(), reports));
  }

  /** Waits no longer than until stop. */
  async #pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    await Promise.race([promise, this.#stopping.promise]);
    clearTimeout(timer);
  }
}
