import {
  type CloudFrontClient,
  CloudFrontServiceException,
  CreateDistributionWithTagsCommand,
  CreateInvalidationCommand,
  DeleteDistributionCommand,
  DistributionAlreadyExists,
  type DistributionConfig,
  GetDistributionCommand,
  GetInvalidationCommand,
  NoSuchDistribution,
  paginateListDistributions,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import { TowpathError } from '../domain/errors.ts';

export type Distributions = ReturnType<typeof createDistributions>;

export interface Distribution {
  id: string;
  arn: string;
  domain: string;
  deployed: boolean;
  modifiedAt: Date;
  etag: string;
  config: DistributionConfig;
}

export interface Invalidation {
  id: string;
  completed: boolean;
}

/** The check of that name tells of it when it is near. */
const CLOUDFRONT_QUOTA = {
  code: 'CLOUDFRONT_QUOTA',
  fault: 'user',
  retryable: false,
  remedy:
    'Remove sites that nobody needs; ask for a higher quota in Service Quotas; or, where 100 distributions share what this one needs, raise site-pools in serverless.yml by one and deploy Towpath anew. Then replay the deployment.',
} as const;

/** TooManyDistributions, TooManyDistributionsAssociatedToCachePolicy, TooManyDistributionsWithLambdaAssociations and the like. */
const toldQuota = (error: unknown) =>
  error instanceof CloudFrontServiceException && error.name.startsWith('TooManyDistributions')
    ? new TowpathError(CLOUDFRONT_QUOTA, error.message, { cause: error })
    : error;

/** Of what 100 distributions may share; of a distribution by itself, the others would be refused as well. */
const isFull = (error: unknown) =>
  error instanceof CloudFrontServiceException && error.name.startsWith('TooManyDistributionsAssociatedTo');

export function createDistributions(client: CloudFrontClient) {
  async function find(id: string): Promise<Distribution | undefined> {
    try {
      const { Distribution: found, ETag } = await client.send(new GetDistributionCommand({ Id: id }));
      return {
        id,
        arn: String(found?.ARN),
        domain: String(found?.DomainName),
        deployed: found?.Status === 'Deployed',
        modifiedAt: found?.LastModifiedTime ?? new Date(0),
        etag: String(ETag),
        config: found?.DistributionConfig as DistributionConfig,
      };
    } catch (error) {
      if (error instanceof NoSuchDistribution) return undefined;
      throw error;
    }
  }

  async function listAll(): Promise<{ id: string; comment: string }[]> {
    const found: { id: string; comment: string }[] = [];
    for await (const page of paginateListDistributions({ client }, {})) {
      for (const { Id, Comment } of page.DistributionList?.Items ?? []) {
        found.push({ id: String(Id), comment: Comment ?? '' });
      }
    }
    return found;
  }

  const idsByComment = async (isWanted: (comment: string) => boolean) =>
    (await listAll()).filter(({ comment }) => isWanted(comment)).map(({ id }) => id);

  /** Distributions are listed without their CallerReference, so the comment narrows the search. */
  async function findByReference({ CallerReference, Comment }: DistributionConfig): Promise<Distribution | undefined> {
    for (const id of await idsByComment((comment) => comment === Comment)) {
      const found = await find(id);
      if (found?.config.CallerReference === CallerReference) return found;
    }
    return undefined;
  }

  async function createOne(config: DistributionConfig, tags: Record<string, string>): Promise<Distribution> {
    const Items = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    try {
      const { Distribution: made } = await client.send(
        new CreateDistributionWithTagsCommand({
          DistributionConfigWithTags: { DistributionConfig: config, Tags: { Items } },
        }),
      );
      const found = await find(String(made?.Id));
      if (found) return found;
      throw new Error(`distribution ${made?.Id} was created and cannot be found`);
    } catch (error) {
      const found = error instanceof DistributionAlreadyExists ? await findByReference(config) : undefined;
      if (found) return found;
      throw error;
    }
  }

  return {
    find,
    listAll,
    idsByComment,

    /**
     * Creates it, unless an attempt with this CallerReference already did; answers the one there is.
     *
     * @param configs alike but for what they share with other distributions: the first is taken that CloudFront has room for
     */
    async create(configs: DistributionConfig[], tags: Record<string, string>): Promise<Distribution> {
      let refusal: unknown;
      for (const config of configs) {
        try {
          return await createOne(config, tags);
        } catch (error) {
          refusal = error;
          if (!isFull(error)) break;
        }
      }
      throw toldQuota(refusal);
    },

    /** Replaces the whole configuration; PreconditionFailed when it changed since `etag`. */
    async update(id: string, config: DistributionConfig, etag: string): Promise<void> {
      try {
        await client.send(new UpdateDistributionCommand({ Id: id, DistributionConfig: config, IfMatch: etag }));
      } catch (error) {
        throw toldQuota(error);
      }
    },

    /** Only of one that is disabled, and `Deployed` as such. Nothing happens when it is gone. */
    async remove(id: string, etag: string): Promise<void> {
      try {
        await client.send(new DeleteDistributionCommand({ Id: id, IfMatch: etag }));
      } catch (error) {
        if (!(error instanceof NoSuchDistribution)) throw error;
      }
    },

    /** The same reference with the same paths answers the same invalidation. */
    async invalidate(distributionId: string, reference: string, paths: string[]): Promise<Invalidation> {
      const { Invalidation: made } = await client.send(
        new CreateInvalidationCommand({
          DistributionId: distributionId,
          InvalidationBatch: { CallerReference: reference, Paths: { Quantity: paths.length, Items: paths } },
        }),
      );
      return { id: String(made?.Id), completed: made?.Status === 'Completed' };
    },

    async invalidation(distributionId: string, id: string): Promise<Invalidation> {
      const { Invalidation: found } = await client.send(
        new GetInvalidationCommand({ DistributionId: distributionId, Id: id }),
      );
      return { id, completed: found?.Status === 'Completed' };
    },
  };
}
