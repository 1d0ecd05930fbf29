/** The edge function of a release bundle, in a process of its own for each start. */
import { join } from 'node:path';
import { originRequest, startEdgeSite, startFunction } from '../../test/next/support/edge-site.ts';
import { type Server, type Started, zippedBytes } from './measure.ts';

/** A page in S3 is answered by the changed request. */
const statusOf = (answer: { status?: string; uri?: string }) =>
  answer.uri === undefined ? Number(answer.status) : 200;

export async function towpathServer(bundle: string, folder: string) {
  const site = await startEdgeSite({ bundle, folder, environment: {} });
  const ofDefault = join(folder, 'default');
  const start = async (): Promise<Started> => {
    const { invoke, stop } = await startFunction(ofDefault, site.bucket.endpoint);
    const ask = async (target: string) => {
      const request = originRequest({ method: 'GET', target });
      const event = { Records: [{ cf: { config: { eventType: 'origin-request' }, request } }] };
      return statusOf((await invoke(event)) as { status?: string; uri?: string });
    };
    return { ask, stop };
  };
  const server: Server = { name: 'Towpath', start, zipBytes: await zippedBytes(ofDefault) };
  return { server, stop: site.stop };
}
