/** What a person asks of deployments and releases that are there: replay, promote, roll back. A refusal changes nothing. */
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { validator } from 'hono/validator';
import { z } from 'zod';
import { TowpathError } from '../../domain/errors.ts';
import type { ApiPorts } from './ports.ts';
import { read } from './read.ts';

const Promotion = z.object({ release: z.ulid() });

const UNKNOWN = ['NO_SUCH_DEPLOYMENT', 'NO_SUCH_SITE', 'NO_SUCH_RELEASE'];

/** What the asker can mend is a 4xx with its remedy; anything else stays what it is. */
async function refused<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TowpathError) || error.fault !== 'user') throw error;
    const message = `${error.message} ${error.remedy} (${error.code})`;
    throw new HTTPException(UNKNOWN.includes(error.code) ? 404 : 409, { message, cause: error });
  }
}

/** Goes on from the state that failed; else a new deployment takes its place, and `because` says why. */
export const replayRoutes = ({ lifecycle }: ApiPorts) =>
  new Hono().post('/', async (context) =>
    context.json(await refused(lifecycle.replay(context.req.param('id') ?? '')), 202),
  );

export const siteRoutes = ({ lifecycle }: ApiPorts) =>
  new Hono()
    .post(
      '/:site/promote',
      validator('json', (body) => read(Promotion, body)),
      async (context) => {
        const { release } = context.req.valid('json');
        return context.json(await refused(lifecycle.promote(context.req.param('site'), release)), 202);
      },
    )

    .post('/:site/rollback', async (context) =>
      context.json(await refused(lifecycle.rollback(context.req.param('site'))), 202),
    );
