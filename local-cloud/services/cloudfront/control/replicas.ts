/**
 * Which Lambda functions the edge has copies of: those of a distribution's behaviours, and for a while those that were.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-delete-replicas.html
 */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { Operations } from '../../../service.ts';
import type { Store } from './store.ts';

/** ARNs of versions. */
export function edgeFunctionsOf(config: DistributionConfig): string[] {
  const behaviours = [config.DefaultCacheBehavior, ...(config.CacheBehaviors?.Items ?? [])];
  const associations = behaviours.flatMap((behaviour) => behaviour?.LambdaFunctionAssociations?.Items ?? []);
  return [...new Set(associations.map(({ LambdaFunctionARN }) => LambdaFunctionARN!))];
}

export interface Replicas {
  /** A distribution had this configuration until now: what only it used is on its way out. */
  released(config: DistributionConfig): void;
  /** `ReplicatedFunctions` is no operation of the API: Lambda asks before it deletes a function. */
  operations: Operations;
}

/** `removalMs`: from the last association to the end of the copies, hours on AWS. */
export function createReplicas(store: Store, now: () => number, removalMs: number): Replicas {
  const leaving = () => store.replicas.entries().filter(([, goneAt]) => goneAt > now());
  return {
    released: (config) => {
      for (const arn of edgeFunctionsOf(config)) store.replicas.put(arn, now() + removalMs);
    },
    operations: {
      ReplicatedFunctions: async () => {
        for (const [arn, goneAt] of store.replicas.entries()) if (goneAt <= now()) store.replicas.delete(arn);
        const associated = store.distributions.entries().flatMap(([, { config }]) => edgeFunctionsOf(config));
        return { FunctionArns: [...new Set([...associated, ...leaving().map(([arn]) => arn)])] };
      },
    },
  };
}
