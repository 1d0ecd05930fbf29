/** One deployment of a site runs at a time; of those that wait, only the newest stays. */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Site } from '../../domain/site.ts';
import { siteKey } from './sites.ts';
import { type Table, unlessRefused } from './table.ts';

export type SlotStore = ReturnType<typeof createSlotStore>;

export type SlotAnswer =
  | { slot: 'running' }
  /** `running` holds the slot; `superseded` waited until now and never will run. */
  | { slot: 'waiting'; running: string; superseded?: string }
  /** A newer deployment runs or waits: this one will never run. */
  | { slot: 'superseded'; by: string };

/** Racing writers make a condition fail; each round one of them gets on. */
const MAX_ROUNDS = 20;

export function createSlotStore({ client, name }: Table) {
  const find = async (site: string): Promise<Site | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: name, Key: siteKey(site), ConsistentRead: true }));
    return Item && Site.parse(Item);
  };
  const read = async (site: string): Promise<Site> => Site.parse(await find(site));

  const write = (site: string, expression: string, condition: string, values: Record<string, unknown>) =>
    unlessRefused(
      client.send(
        new UpdateCommand({
          TableName: name,
          Key: siteKey(site),
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
        }),
      ),
    );

  /** One attempt; undefined when another writer came between. */
  async function tryRequest(site: string, id: string, number: number): Promise<SlotAnswer | undefined> {
    const { runningDeployment: running, waitingDeployment: waiting, waitingNumber } = await read(site);
    if (running === id) return { slot: 'running' };
    if (!running) {
      const taken = await write(site, 'SET runningDeployment = :id', 'attribute_not_exists(runningDeployment)', {
        ':id': id,
      });
      return taken && { slot: 'running' };
    }
    if (waiting === id) return { slot: 'waiting', running };
    if (waiting && waitingNumber !== undefined && waitingNumber > number) return { slot: 'superseded', by: waiting };
    const unchanged = waiting ? 'waitingDeployment = :waiting' : 'attribute_not_exists(waitingDeployment)';
    const queued = await write(
      site,
      'SET waitingDeployment = :id, waitingNumber = :number',
      `runningDeployment = :running AND ${unchanged}`,
      { ':id': id, ':number': number, ':running': running, ...(waiting && { ':waiting': waiting }) },
    );
    return queued && { slot: 'waiting', running, ...(waiting && { superseded: waiting }) };
  }

  /** One attempt; `again` when another writer came between. */
  async function tryRelease(site: string, id: string): Promise<{ running?: string } | 'again'> {
    // A site that was taken away has no slot.
    const { runningDeployment: running, waitingDeployment: waiting } = (await find(site)) ?? {};
    if (running !== id) return { running };
    const freed = waiting
      ? await write(
          site,
          'SET runningDeployment = :waiting REMOVE waitingDeployment, waitingNumber',
          'runningDeployment = :id AND waitingDeployment = :waiting',
          { ':id': id, ':waiting': waiting },
        )
      : await write(
          site,
          'REMOVE runningDeployment',
          'runningDeployment = :id AND attribute_not_exists(waitingDeployment)',
          { ':id': id },
        );
    return freed ? { running: waiting } : 'again';
  }

  return {
    /** Asks for the site's slot. Repeated for the same deployment it answers the same. */
    async request(site: string, deployment: { id: string; number: number }): Promise<SlotAnswer> {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const answer = await tryRequest(site, deployment.id, deployment.number);
        if (answer) return answer;
      }
      throw new Error(
        `the slot of site ${site} changed ${MAX_ROUNDS} times while deployment ${deployment.id} asked for it`,
      );
    },

    /** The slot for a deployment that is replayed, unless another one has it. Waiting ones wait on. */
    async take(site: string, id: string): Promise<{ taken: true } | { taken: false; by: string }> {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const free = 'attribute_not_exists(runningDeployment) OR runningDeployment = :id';
        if (await write(site, 'SET runningDeployment = :id', free, { ':id': id })) return { taken: true };
        const { runningDeployment: by } = await read(site);
        if (by && by !== id) return { taken: false, by };
      }
      throw new Error(`the slot of site ${site} changed ${MAX_ROUNDS} times while deployment ${id} was replayed`);
    },

    /**
     * Gives the slot of a deployment that failed in Verify to the one that undoes it, before those that wait. `passed`: it
     * was redriven, and has passed by now.
     */
    async handOver(site: string, from: string, to: string): Promise<'handed over' | 'not its own' | 'passed'> {
      const values = { ':from': from, ':to': to };
      const failed = 'attribute_not_exists(verifiedDeployment) OR verifiedDeployment <> :from';
      const condition = `runningDeployment = :from AND (${failed})`;
      if (await write(site, 'SET runningDeployment = :to', condition, values)) return 'handed over';
      return (await find(site))?.verifiedDeployment === from ? 'passed' : 'not its own';
    },

    /**
     * Gives the slot to the waiting deployment, if any, and answers who holds it now: the caller starts that one when
     * it is still `queued`. Repeated after the slot went on, it answers the same and changes nothing.
     */
    async release(site: string, id: string): Promise<{ running?: string }> {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const answer = await tryRelease(site, id);
        if (answer !== 'again') return answer;
      }
      throw new Error(`the slot of site ${site} changed ${MAX_ROUNDS} times while deployment ${id} gave it back`);
    },
  };
}
