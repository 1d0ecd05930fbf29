import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { DeploymentRecord, isFinal } from '../../domain/deployment.ts';
import { deleteAll, expireAll, queryAll, setExpression, type Table, unlessRefused } from './table.ts';

export type DeploymentStore = ReturnType<typeof createDeploymentStore>;

const deploymentKey = (id: string) => ({ pk: `DEPLOYMENT#${id}`, sk: 'DEPLOYMENT' });

/** Queued, running and ended follow each other, and each replay begins after the end before it. */
const rank = ({
  status,
  redriveCount = 0,
}: Pick<Partial<DeploymentRecord>, 'redriveCount'> & Pick<DeploymentRecord, 'status'>) =>
  redriveCount * 3 + (isFinal(status) ? 2 : status === 'running' ? 1 : 0);

export type StatusChange = Pick<DeploymentRecord, 'status'> &
  Partial<
    Pick<DeploymentRecord, 'redriveCount' | 'startedAt' | 'finishedAt' | 'executionArn' | 'release' | 'url' | 'error'>
  > & {
    /** The same for all tries of one move. */
    movedBy?: string;
  };

export function createDeploymentStore(table: Table) {
  const { client, name } = table;

  async function read(id: string) {
    const { Item } = await client.send(
      new GetCommand({ TableName: name, Key: deploymentKey(id), ConsistentRead: true }),
    );
    return Item;
  }

  async function isMovedBy(movedBy: string, id: string, to: number): Promise<boolean> {
    const Item = await read(id);
    return Item?.rank === to && Item.movedBy === movedBy;
  }

  return {
    /** False when a deployment of that id is already recorded; that one stays as it is. */
    async create(deployment: DeploymentRecord): Promise<boolean> {
      const Item = {
        ...deployment,
        rank: rank(deployment),
        ...deploymentKey(deployment.id),
        gsi1pk: `SITE#${deployment.site}`,
        gsi1sk: `DEPLOYMENT#${deployment.id}`,
      };
      const put = new PutCommand({ TableName: name, Item, ConditionExpression: 'attribute_not_exists(pk)' });
      return (await unlessRefused(client.send(put))) !== undefined;
    },

    async get(id: string): Promise<DeploymentRecord | undefined> {
      const Item = await read(id);
      return Item && DeploymentRecord.parse(Item);
    },

    /** Whether its last beginning was that mover's, also when another has ended it since. */
    async isBegunBy(id: string, movedBy: string): Promise<boolean> {
      return (await read(id))?.begunBy === movedBy;
    },

    /** A deployment with its timeline. */
    async forget(id: string): Promise<void> {
      await deleteAll(table, { partition: deploymentKey(id).pk });
    },

    /** Lets a deployment and its timeline go by themselves at that time. */
    async expire(id: string, atSeconds: number): Promise<void> {
      await expireAll(table, { partition: deploymentKey(id).pk }, atSeconds);
    },

    /** A site's deployments, newest first. */
    async ofSite(site: string, limit = 50): Promise<DeploymentRecord[]> {
      const items = await queryAll(
        table,
        {
          IndexName: 'gsi1',
          KeyConditionExpression: 'gsi1pk = :site AND begins_with(gsi1sk, :deployment)',
          ExpressionAttributeValues: { ':site': `SITE#${site}`, ':deployment': 'DEPLOYMENT#' },
          ScanIndexForward: false,
          Limit: Math.min(limit, 1000),
        },
        limit,
      );
      return items.map((item) => DeploymentRecord.parse(item));
    },

    /**
     * Moves a deployment on, and only on: ordered by (redriveCount, queued < running < ended), so that events which
     * come twice, late or out of order change nothing. False when it was already there or beyond.
     * A change from failed to running needs the redriveCount of that replay.
     * Repeated by who moved it, be it because the first answer was lost on its way, it answers true again, so that what
     * follows from the move is done.
     */
    async advance(id: string, change: StatusChange): Promise<boolean> {
      const { movedBy = randomUUID() } = change;
      const begunBy = change.status === 'running' ? movedBy : undefined;
      const { set, names, values } = setExpression({ ...change, rank: rank(change), movedBy, begunBy });
      // What an earlier end left behind goes with a replay.
      const gone = (['finishedAt', 'error'] as const).filter((field) => change[field] === undefined);
      const remove = gone.length > 0 ? ` REMOVE ${gone.map((field) => `#${field}`).join(', ')}` : '';
      const written = await unlessRefused(
        client.send(
          new UpdateCommand({
            TableName: name,
            Key: deploymentKey(id),
            UpdateExpression: `SET ${set}${remove}`,
            ConditionExpression: 'attribute_exists(pk) AND #rank < :rank',
            ExpressionAttributeNames: { ...names, ...Object.fromEntries(gone.map((field) => [`#${field}`, field])) },
            ExpressionAttributeValues: values,
          }),
        ),
      );
      return written !== undefined || (await isMovedBy(movedBy, id, rank(change)));
    },
  };
}
