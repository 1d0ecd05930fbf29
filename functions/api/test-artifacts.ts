/** What the test phase of amplify.yml left: functions/detect/buildspec.ts puts it under test/ in the build's bundle. */
import type { Readable } from 'node:stream';
import { Hono } from 'hono';
import * as z from 'zod';
import { noSuchDeployment } from '../../lifecycle/errors.ts';
import { noSuchArtifact } from './errors.ts';
import type { ApiPorts } from './ports.ts';
import { query } from './read.ts';
import { filesInZip } from './stored-zip.ts';

/** As base64, well within https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const PAGE_BYTES = 3 * 2 ** 20;

const Page = z.object({
  path: z.string().min(1).describe('As the list of artifacts names it.'),
  from: z.coerce.number().int().min(0).default(0).describe('The `next` of the page before.'),
});

export const artifactRoutes = ({ deployments, artifacts, artifactBucket }: ApiPorts) => {
  const filesOf = async (id: string) => {
    if (!(await deployments.get(id))) throw noSuchDeployment(id);
    return (
      (await filesInZip({ bucket: artifactBucket, key: `deployments/${id}/bundle.zip` }, 'test/', artifacts)) ?? []
    );
  };
  return new Hono()
    .get('/', async (context) => {
      const files = await filesOf(context.req.param('id') ?? '');
      return context.json(files.map(({ path, bytes }) => ({ path, bytes })));
    })

    .get('/content', query(Page), async (context) => {
      const { path, from } = context.req.valid('query');
      const id = context.req.param('id') ?? '';
      const file = (await filesOf(id)).find((one) => one.path === path);
      if (!file) throw noSuchArtifact(id, path);
      const content = await bytesOf(await file.stream(), from, from + PAGE_BYTES);
      const next = from + content.length;
      return context.json({ content: content.toString('base64'), ...(next < file.bytes && { next }) });
    });
};

/** From `start` to before `end`; what comes later is not read. */
async function bytesOf(stream: Readable, start: number, end: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let at = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    parts.push(chunk.subarray(Math.max(0, start - at), Math.max(0, end - at)));
    at += chunk.length;
    if (at >= end) break;
  }
  return Buffer.concat(parts);
}
