/** What was pushed and not deployed, and why: kept for a month, beside its app. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { queryAll, type Table } from './table.ts';

export type IgnoredStore = ReturnType<typeof createIgnoredStore>;

export const IgnoredChange = z.object({
  /** In the order of time. */
  id: z.ulid(),
  app: z.string(),
  at: z.iso.datetime(),
  /** The branch, `pull/<number>`, or `tag <name>`. */
  branch: z.string(),
  sha: z.string().optional(),
  reason: z.string(),
  /** When a branch without a site was deleted: what was pushed to it before makes none. */
  announcedAt: z.iso.datetime().optional(),
  /** What was pushed later was applied before. It says nothing of this commit, should the branch come back to it. */
  overtaken: z.literal(true).optional(),
});
export type IgnoredChange = z.infer<typeof IgnoredChange>;

const KEPT_SECONDS = 30 * 24 * 60 * 60;
const PREFIX = 'IGNORED#';

export function createIgnoredStore(table: Table) {
  return {
    async put(change: IgnoredChange): Promise<void> {
      const ttl = Math.floor(Date.parse(change.at) / 1000) + KEPT_SECONDS;
      const Item = { ...change, pk: `APP#${change.app}`, sk: `${PREFIX}${change.id}`, ttl };
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
    },

    /** Newest first. */
    async ofApp(app: string, limit = 20): Promise<IgnoredChange[]> {
      const query = {
        KeyConditionExpression: 'pk = :app AND begins_with(sk, :ignored)',
        ExpressionAttributeValues: { ':app': `APP#${app}`, ':ignored': PREFIX },
        ScanIndexForward: false,
        Limit: limit,
        ConsistentRead: true,
      };
      return (await queryAll(table, query, limit)).map((item) => IgnoredChange.parse(item));
    },
  };
}
