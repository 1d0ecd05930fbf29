/** A site is deployed again with the settings of now, without a push. */
import { Hono } from 'hono';
import * as z from 'zod';
import type { ApiPorts } from './ports.ts';
import { json } from './read.ts';

const Redeployment = z.object({ build: z.boolean().default(false) });

export const redeployRoutes = ({ lifecycle }: ApiPorts) =>
  new Hono().post('/:site/redeploy', json(Redeployment), async (context) => {
    const { build } = context.req.valid('json');
    return context.json(await lifecycle.redeploy(context.req.param('site'), build), 202);
  });
