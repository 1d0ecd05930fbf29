/** What a person asks of deployments and releases that are there: replay, promote, roll back. A refusal changes nothing. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { ApiPorts } from './ports.ts';
import { json } from './read.ts';

const Promotion = z.object({ release: z.ulid() });

/** Goes on from the state that failed; else a new deployment takes its place, and `because` says why. */
export const replayRoutes = ({ lifecycle }: ApiPorts) =>
  new Hono().post('/', async (context) => context.json(await lifecycle.replay(context.req.param('id') ?? ''), 202));

export const siteRoutes = ({ lifecycle }: ApiPorts) =>
  new Hono()
    .post('/:site/promote', json(Promotion), async (context) => {
      const { release } = context.req.valid('json');
      return context.json(await lifecycle.promote(context.req.param('site'), release), 202);
    })

    .post('/:site/rollback', async (context) => context.json(await lifecycle.rollback(context.req.param('site')), 202));
