import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Site } from '../../domain/site.ts';
import { changeExpression, queryAll, setExpression, type Table, unlessRefused } from './table.ts';

export type SiteStore = ReturnType<typeof createSiteStore>;

interface LiveRelease {
  number: number;
  release: string;
}

type LiveFields = Pick<Site, 'liveNumber' | 'liveRelease' | 'previousRelease' | 'invalidatedRelease'>;

/** What is known of the releases before `release`, which goes live, again or for the first time. Pure. */
function leftBy(before: Site | undefined, release: string): Pick<Site, 'previousRelease' | 'invalidatedRelease'> {
  const { liveRelease, previousRelease, invalidatedRelease } = before ?? {};
  if (liveRelease === release) return { previousRelease, invalidatedRelease };
  // Where the CDN was not cleared for the one that goes, it may keep pages of any before.
  const isCleared = invalidatedRelease === liveRelease;
  return { previousRelease: liveRelease, invalidatedRelease: isCleared ? invalidatedRelease : undefined };
}

export const siteKey = (site: string) => ({ pk: `SITE#${site}`, sk: 'SITE' });

export function createSiteStore(table: Table) {
  const { client, name } = table;

  async function get(site: string): Promise<Site | undefined> {
    const { Item } = await client.send(new GetCommand({ TableName: name, Key: siteKey(site), ConsistentRead: true }));
    return Item && Site.parse(Item);
  }

  /** The next number of the site's sequence. */
  async function takeNumber(site: string, update: string, condition: string, values: Record<string, unknown>) {
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: name,
        Key: siteKey(site),
        UpdateExpression: update,
        ConditionExpression: condition,
        ExpressionAttributeValues: { ':one': 1, ...values },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return Number(Attributes?.lastNumber);
  }

  /** False when another release went live since `seenNumber` was read. */
  async function writeLive(site: string, fields: LiveFields, seenNumber: number | undefined): Promise<boolean> {
    const { ExpressionAttributeValues, ...change } = changeExpression({ ...fields });
    const unchanged = seenNumber === undefined ? 'attribute_not_exists(#liveNumber)' : '#liveNumber = :seenNumber';
    const written = await unlessRefused(
      client.send(
        new UpdateCommand({
          TableName: name,
          Key: siteKey(site),
          ...change,
          ConditionExpression: unchanged,
          ExpressionAttributeValues: {
            ...ExpressionAttributeValues,
            ...(seenNumber !== undefined && { ':seenNumber': seenNumber }),
          },
        }),
      ),
    );
    return written !== undefined;
  }

  return {
    get,

    /** The site of an app's branch; creates its record the first time. */
    async getOrCreate(
      site: Pick<Site, 'id' | 'app' | 'branch' | 'createdAt'> &
        Partial<Pick<Site, 'lastNumber' | 'preview' | 'announcedAt'>>,
    ): Promise<Site> {
      const Item = {
        lastNumber: 0,
        ...site,
        fence: 0,
        ...siteKey(site.id),
        gsi1pk: `APP#${site.app}`,
        gsi1sk: `SITE#${site.id}`,
      };
      await unlessRefused(
        client.send(new PutCommand({ TableName: name, Item, ConditionExpression: 'attribute_not_exists(pk)' })),
      );
      return (await get(site.id)) as Site;
    },

    async ofApp(app: string): Promise<Site[]> {
      const items = await queryAll(table, {
        IndexName: 'gsi1',
        KeyConditionExpression: 'gsi1pk = :app AND begins_with(gsi1sk, :site)',
        ExpressionAttributeValues: { ':app': `APP#${app}`, ':site': 'SITE#' },
      });
      return items.map((item) => Site.parse(item));
    },

    /** Takes the next number of the site's sequence, from 1. A number is never given twice; one may stay unused. */
    async nextNumber(site: string): Promise<number> {
      return takeNumber(site, 'ADD lastNumber :one', 'attribute_exists(pk)', {});
    },

    /**
     * The same for what was announced at that time: their numbers are in the order of their announcements. Undefined when
     * something newer has its number.
     */
    async numberFor(site: string, announcedAt: string): Promise<number | undefined> {
      const isNewest = 'attribute_not_exists(announcedAt) OR announcedAt <= :at';
      const condition = `attribute_exists(pk) AND (${isNewest})`;
      const update = 'SET announcedAt = :at ADD lastNumber :one';
      const number = await unlessRefused(takeNumber(site, update, condition, { ':at': announcedAt }));
      if (number === undefined && !(await get(site))) throw new Error(`site ${site} went while it was numbered`);
      return number;
    },

    /** Remembers the site's distribution, in the place of `instead` if given; false when another one is remembered. */
    async setDistribution(
      site: string,
      distribution: { id: string; domain: string; instead?: string },
    ): Promise<boolean> {
      const { id, domain, instead = id } = distribution;
      const { set, names, values } = setExpression({ distributionId: id, distributionDomain: domain });
      const written = await unlessRefused(
        client.send(
          new UpdateCommand({
            TableName: name,
            Key: siteKey(site),
            UpdateExpression: `SET ${set}`,
            ConditionExpression:
              'attribute_exists(pk) AND (attribute_not_exists(#distributionId) OR #distributionId IN (:distributionId, :instead))',
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: { ...values, ':instead': instead },
          }),
        ),
      );
      return written !== undefined;
    },

    /**
     * The last of a site that was taken away by the deployment `id`. Where another one waits for its turn, the site begins
     * anew instead, with the same sequence of numbers.
     */
    async forget(site: string, id: string): Promise<'forgotten' | 'begins anew'> {
      const by = { ':id': id };
      const alone = new DeleteCommand({
        TableName: name,
        Key: siteKey(site),
        ConditionExpression: 'attribute_not_exists(waitingDeployment) AND runningDeployment = :id',
        ExpressionAttributeValues: by,
      });
      if (await unlessRefused(client.send(alone))) return 'forgotten';
      const renew = new UpdateCommand({
        TableName: name,
        Key: siteKey(site),
        UpdateExpression:
          'REMOVE liveNumber, liveRelease, previousRelease, invalidatedRelease, distributionId, distributionDomain',
        ConditionExpression: 'runningDeployment = :id',
        ExpressionAttributeValues: by,
      });
      return (await unlessRefused(client.send(renew))) ? 'begins anew' : 'forgotten';
    },

    /** True when no newer deployment has begun to change the site; from then on none older can. */
    async takeFence(site: string, number: number): Promise<boolean> {
      const taken = await unlessRefused(
        client.send(
          new UpdateCommand({
            TableName: name,
            Key: siteKey(site),
            UpdateExpression: 'SET fence = :number',
            ConditionExpression:
              'attribute_exists(pk) AND (attribute_not_exists(fence) OR fence <= :number) AND (attribute_not_exists(liveNumber) OR liveNumber <= :number)',
            ExpressionAttributeValues: { ':number': number },
          }),
        ),
      );
      return taken !== undefined;
    },

    /**
     * The deployment `id` has passed Verify with what is live. False when the site is another deployment's by now, or
     * another release is live: either this is written or the release before is brought back (SlotStore's handOver).
     */
    async setVerified(site: string, { id, release }: { id: string; release: string }): Promise<boolean> {
      const condition =
        'liveRelease = :release AND (attribute_not_exists(runningDeployment) OR runningDeployment = :id)';
      const written = await unlessRefused(
        client.send(
          new UpdateCommand({
            TableName: name,
            Key: siteKey(site),
            UpdateExpression: 'SET verifiedDeployment = :id',
            ConditionExpression: condition,
            ExpressionAttributeValues: { ':id': id, ':release': release },
          }),
        ),
      );
      return written !== undefined;
    },

    /** The CDN keeps nothing any more that `release`, which is live, does not have. */
    async setInvalidated(site: string, release: string): Promise<void> {
      await unlessRefused(
        client.send(
          new UpdateCommand({
            TableName: name,
            Key: siteKey(site),
            UpdateExpression: 'SET invalidatedRelease = :release',
            ConditionExpression: 'liveRelease = :release',
            ExpressionAttributeValues: { ':release': release },
          }),
        ),
      );
    },

    /** The site answers nobody any more, by the deployment of that number. */
    async setNothingLive(site: string, number: number): Promise<void> {
      await unlessRefused(
        client.send(
          new UpdateCommand({
            TableName: name,
            Key: siteKey(site),
            UpdateExpression: 'REMOVE liveNumber, liveRelease, previousRelease, invalidatedRelease',
            ConditionExpression: 'attribute_exists(liveRelease) AND fence = :number',
            ExpressionAttributeValues: { ':number': number },
          }),
        ),
      );
    },

    /**
     * Makes a release the live one and says which one it took over from; repeated, it answers the same.
     * `false` when a newer deployment is live.
     */
    async setLive(site: string, live: LiveRelease): Promise<{ previousRelease?: string } | false> {
      for (;;) {
        const before = await get(site);
        if (before?.liveNumber !== undefined && before.liveNumber > live.number) return false;
        const fields = { liveNumber: live.number, liveRelease: live.release, ...leftBy(before, live.release) };
        if (await writeLive(site, fields, before?.liveNumber)) return { previousRelease: fields.previousRelease };
      }
    },
  };
}
