/** What a person asks of deployments and releases that are there: replay, promote, roll back. A refusal changes nothing. */
import { Hono } from 'hono';
import * as z from 'zod';
import type { DeploymentRecord } from '../../domain/deployment.ts';
import type { Site } from '../../domain/site.ts';
import { noSuchSite } from '../../lifecycle/errors.ts';
import type { ApiPorts } from './ports.ts';
import { json } from './read.ts';

const Promotion = z.object({
  release: z.ulid('a release is called by its deployment: "towpath releases SITE" lists those that are kept'),
});

/** Goes on from the state that failed; else a new deployment takes its place, and `because` says why. */
export const replayRoutes = ({ lifecycle }: ApiPorts) =>
  new Hono().post('/', async (context) => context.json(await lifecycle.replay(context.req.param('id') ?? ''), 202));

type State = 'live' | 'previous' | 'kept' | 'failed';

/** `failed`: its deployment did not pass SmokeTest or Verify; a rollback passes it over, `promote` takes it all the same. */
function stateOf(release: string, { liveRelease, previousRelease }: Site, made: DeploymentRecord | undefined): State {
  if (release === liveRelease) return 'live';
  if (made?.status !== 'succeeded') return 'failed';
  return release === previousRelease ? 'previous' : 'kept';
}

/** What a site can be switched to: that is served by functions which were published. */
async function keptReleases(siteId: string, { sites, releases, deployments }: ApiPorts) {
  const site = await sites.get(siteId);
  if (!site) throw noSuchSite(siteId);
  const published = (await releases.ofSite(siteId)).filter((one) => one.published);
  return Promise.all(
    published.map(async ({ release, number, createdAt, rendering }) => {
      const made = await deployments.get(release);
      return { release, number, createdAt, rendering, state: stateOf(release, site, made), commit: made?.commit };
    }),
  );
}

export const siteRoutes = (ports: ApiPorts) =>
  new Hono()
    /** Newest first. */
    .get('/:site/releases', async (context) => context.json(await keptReleases(context.req.param('site'), ports)))

    .post('/:site/promote', json(Promotion), async (context) => {
      const { release } = context.req.valid('json');
      return context.json(await ports.lifecycle.promote(context.req.param('site'), release), 202);
    })

    .post('/:site/rollback', async (context) =>
      context.json(await ports.lifecycle.rollback(context.req.param('site')), 202),
    );
