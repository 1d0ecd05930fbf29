import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ALL_STEPS, type StepName, TimelineEntry } from '../../domain/deployment.ts';
import { queryAll, setExpression, type Table, unlessRefused } from './table.ts';

export type TimelineStore = ReturnType<typeof createTimelineStore>;

type StepEnd = Pick<TimelineEntry, 'figures' | 'error'> & { status: 'succeeded' | 'failed'; finishedAt: string };

export function createTimelineStore(table: Table) {
  const { client, name } = table;
  const keyOf = (deployment: string, step: StepName) => ({ pk: `DEPLOYMENT#${deployment}`, sk: `STEP#${step}` });

  const update = (
    deployment: string,
    step: StepName,
    expression: ReturnType<typeof setExpression>,
    condition?: string,
  ) =>
    client.send(
      new UpdateCommand({
        TableName: name,
        Key: keyOf(deployment, step),
        UpdateExpression: `SET ${expression.set}`,
        ConditionExpression: condition,
        ExpressionAttributeNames: expression.names,
        ExpressionAttributeValues: expression.values,
      }),
    );

  /** In the pipeline's order. */
  async function list(deployment: string): Promise<TimelineEntry[]> {
    const items = await queryAll(table, {
      KeyConditionExpression: 'pk = :deployment AND begins_with(sk, :step)',
      ExpressionAttributeValues: { ':deployment': `DEPLOYMENT#${deployment}`, ':step': 'STEP#' },
      ConsistentRead: true,
    });
    const entries = items.map((item) => TimelineEntry.parse(item));
    return entries.sort((a, b) => ALL_STEPS.indexOf(a.step) - ALL_STEPS.indexOf(b.step));
  }

  /** An end without an error leaves none of an earlier attempt's. */
  async function finish(deployment: string, step: StepName, end: StepEnd): Promise<void> {
    const { finishedAt, ...fields } = end;
    const expression = setExpression({ step, ...fields });
    const set = `${expression.set}, finishedAt = :finishedAt, startedAt = if_not_exists(startedAt, :finishedAt)`;
    await update(deployment, step, {
      set: fields.error ? set : `${set} REMOVE #error`,
      names: { ...expression.names, '#error': 'error' },
      values: { ...expression.values, ':finishedAt': finishedAt },
    });
  }

  return {
    /**
     * The step runs. A retried attempt keeps the time of the first one; the error of the last one goes. A step that had
     * failed for good is being replayed: nothing of it stays.
     */
    async start(deployment: string, step: StepName, startedAt: string): Promise<void> {
      const { set, names, values } = setExpression({ step, status: 'running' });
      const expression = {
        set: `${set}, startedAt = if_not_exists(startedAt, :startedAt) REMOVE finishedAt, #error`,
        names: { ...names, '#error': 'error' },
        values: { ...values, ':startedAt': startedAt, ':failed': 'failed' },
      };
      const going = 'attribute_not_exists(#status) OR #status <> :failed';
      if (await unlessRefused(update(deployment, step, expression, going))) return;
      await update(deployment, step, {
        set: `${set}, startedAt = :startedAt REMOVE finishedAt, #error, figures`,
        names: expression.names,
        values: { ...values, ':startedAt': startedAt },
      });
    },

    /** What a step that runs has counted so far. One that has ended stays as it is. */
    async progress(deployment: string, step: StepName, figures: TimelineEntry['figures']): Promise<void> {
      const { set, names, values } = setExpression({ figures });
      const expression = {
        set,
        names: { ...names, '#status': 'status' },
        values: { ...values, ':running': 'running' },
      };
      await unlessRefused(update(deployment, step, expression, '#status = :running'));
    },

    /** Before a replay: what failed is about to be done again. An entry that is at work again already stays. */
    async clearFailed(deployment: string): Promise<void> {
      for (const { step, status } of await list(deployment)) {
        if (status !== 'failed') continue;
        const remove = new DeleteCommand({
          TableName: name,
          Key: keyOf(deployment, step),
          ConditionExpression: '#status = :failed',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':failed': 'failed' },
        });
        await unlessRefused(client.send(remove));
      }
    },

    /** An attempt failed, and the state machine may try again: the step still runs, and says what it waits for. */
    async retry(deployment: string, step: StepName, at: string, error: TimelineEntry['error']): Promise<void> {
      const { set, names, values } = setExpression({ step, status: 'running', error });
      await update(deployment, step, {
        set: `${set}, startedAt = if_not_exists(startedAt, :at)`,
        names,
        values: { ...values, ':at': at },
      });
    },

    finish,

    list,
  };
}
