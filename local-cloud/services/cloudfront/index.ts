/**
 * CloudFront: the control API, and an edge location that serves the distributions.
 *
 * Gaps: what serving/edge.ts and serving/viewer-function.ts list; origin groups, functions on viewer-response, Lambda@Edge
 * on viewer events, key value stores, certificates of IAM, alternate names of other accounts' distributions, staging distributions, cache tags, multi-tenant
 * distributions, monitoring, other lists than those of its own resources.
 * By design: a change is `Deployed` after 0.3 seconds, and at the edge after half of that; policies and published
 * functions change at once; the copies of a Lambda function at the edge are gone 15 seconds after its last association; DomainName is a name under `.localhost`, and each distribution has a port of its own too, whatever Host says; the main port tells alternate domain names apart by Host.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as sdk from '@aws-sdk/client-cloudfront';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Service } from '../../service.ts';
import { alternateNames, distributionOf } from './control/alternate-names.ts';
import { createDistributions, type DistributionEvents, distributionOperations } from './control/distributions.ts';
import { createInvalidations } from './control/invalidations.ts';
import { policyOperations } from './control/policies.ts';
import { createReplicas } from './control/replicas.ts';
import { openStore } from './control/store.ts';
import { tagOperations } from './control/tags.ts';
import { functionOperations } from './control/viewer-functions.ts';
import { createEdge, type Edge } from './serving/edge.ts';
import { errorPage } from './serving/error-page.ts';
import { readRequest, writeResponse } from './serving/http.ts';
import { createListeners } from './serving/listeners.ts';
import { createObjects } from './serving/objects.ts';

export interface CloudFrontOptions {
  /** From a change of a distribution to `Deployed`. */
  propagationMs?: number;
  /** From the creation of an invalidation to `Completed`. */
  invalidationMs?: number;
  /** From a Lambda version's last association to the end of its copies: until then it cannot be deleted. */
  replicaRemovalMs?: number;
  maxCacheBytes?: number;
}

/** Where a distribution is served on this machine. */
export interface SiteUrl {
  id: string;
  domainName: string;
  /** Its alternate domain names, which the main port answers to. */
  names: string[];
  url: string;
}

export interface CloudFrontService extends Service {
  siteUrls(): SiteUrl[];
}

export function createCloudFrontService(environment: Environment, options: CloudFrontOptions = {}): CloudFrontService {
  const { propagationMs = 300, invalidationMs = 300, maxCacheBytes = 256 * 1024 * 1024 } = options;
  const { replicaRemovalMs = 15_000 } = options;
  const { now, log, accountId } = environment;
  const store = openStore(environment.records);
  const distributions = createDistributions(environment, store, propagationMs);
  const invalidations = createInvalidations(store, now, invalidationMs, (id) => void distributions.find(id));
  const replicas = createReplicas(store, now, replicaRemovalMs);
  const objects = createObjects({ now, maxCacheBytes, completedSince: invalidations.completedSince, log });
  const edge = createEdge({ environment, store, distributions, objects });

  const serve = (id: string, incoming: IncomingMessage, outgoing: ServerResponse) =>
    serveOver(edge, log, id, incoming, outgoing);
  const listeners = createListeners(store.ports, log, serve);
  const events: DistributionEvents = {
    created: (id) => listeners.open(id),
    deleted: async (id) => {
      await listeners.close(id);
      store.ports.delete(id);
      invalidations.forget(id);
      objects.forget(id);
    },
    released: replicas.released,
    invalidating: (id) => invalidations.inProgress(id).length,
  };
  const servedNow = () =>
    store.distributions.entries().flatMap(([id, record]): [string, sdk.DistributionConfig][] => {
      const config = distributions.served(record);
      return config ? [[id, config]] : [];
    });
  const ids = () => store.distributions.entries().map(([id]) => id);

  const client = new sdk.CloudFrontClient({
    region: 'us-east-1',
    credentials: { accessKeyId: '-', secretAccessKey: '-' },
  });
  return {
    ...sdkService({
      scope: 'cloudfront',
      module: sdk,
      client,
      operations: {
        ...distributionOperations({ environment, store, view: distributions, events }),
        ...invalidations.operations,
        ...policyOperations(store, now),
        ...functionOperations(store, now, accountId),
        ...tagOperations(store),
        ...replicas.operations,
      },
    }),
    start: async () => {
      for (const id of ids()) await listeners.open(id);
    },
    stop: async () => {
      await listeners.closeAll();
      client.destroy();
    },
    ingress: (incoming, outgoing) => {
      const host = incoming.headers.host ?? '';
      const name = /^([a-z0-9]+)\.cloudfront\.localhost(:\d+)?$/i.exec(host)?.[1];
      const id = name?.toUpperCase() ?? (isLocal(host) ? undefined : distributionOf(host, servedNow()));
      if (id === undefined) return false;
      serve(id, incoming, outgoing);
      return true;
    },
    siteUrls: () => {
      const names = new Map(servedNow().map(([id, config]) => [id, alternateNames(config)]));
      return ids().flatMap((id) => {
        const url = listeners.url(id);
        return url ? [{ id, domainName: distributions.domainName(id), names: names.get(id) ?? [], url }] : [];
      });
    },
  };
}

/** The local cloud's own names, which are no site's: nearly all requests of the main port. */
const isLocal = (host: string): boolean => /^(.+\.)?(localhost|127\.0\.0\.1)(:\d+)?$/i.test(host);

/** A viewer's request over HTTP, answered whatever happens. */
function serveOver(
  edge: Edge,
  log: (line: string) => void,
  id: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const method = incoming.method ?? 'GET';
  readRequest(incoming)
    .then((request) => (request ? edge(id, request) : errorPage(413, 'The request body is too large.')))
    .catch((error: Error) => {
      if (incoming.complete) log(`CloudFront ${id} ${method} ${incoming.url}: ${error.stack}`);
      return errorPage(500, `The local cloud failed: ${error.message}`);
    })
    .then((response) => writeResponse(response, outgoing, method))
    .catch((error: Error) => outgoing.destroy(error));
}
