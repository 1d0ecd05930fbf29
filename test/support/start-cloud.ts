/** A local cloud of some services, with its front and SigV4, in a temporary folder that `stop` removes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cloud, type ServiceFactories, startCloud } from '../../local-cloud/cloud.ts';
import type { Operations, Service } from '../../local-cloud/service.ts';

export interface TestCloud<Factories extends ServiceFactories> extends Cloud<Factories> {
  /** Spread into any SDK client's configuration. */
  client: { endpoint: string; region: string; credentials: Cloud<Factories>['credentials'] };
  stop(): Promise<void>;
}

export async function startTestCloud<Factories extends ServiceFactories>(
  services: Factories,
  options: { folder?: string; now?: () => number; log?: (line: string) => void } = {},
): Promise<TestCloud<Factories>> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'towpath-cloud-')));
  const cloud = await startCloud({ ...options, folder, services });
  return {
    ...cloud,
    client: { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials },
    stop: async () => {
      await cloud.stop();
      if (!options.folder) await rm(folder, { recursive: true, force: true });
    },
  };
}

const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };

/** A stand-in for a service that is only called from inside: its policies let everybody in. */
export function standIn(scope: string, operations: Operations): () => Service {
  const handle = async () => ({ status: 501, headers: {}, body: '' });
  const resourcePolicy = () => JSON.stringify({ Statement: { ...EVERYTHING, Principal: '*' } });
  const rolePolicies = () => ({ inline: { all: JSON.stringify({ Statement: EVERYTHING }) }, notJudged: [] });
  return () => ({ scope, operations: { ...operations }, handle, resourcePolicy, rolePolicies });
}
