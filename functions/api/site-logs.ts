/** What a site's functions write, of every Region that served it. */
import { Hono } from 'hono';
import * as z from 'zod';
import { noSuchSite } from '../../lifecycle/errors.ts';
import type { ApiPorts } from './ports.ts';
import { query } from './read.ts';

const DEFAULT_MILLISECONDS = 10 * 60_000;

const Since = z.object({
  since: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Milliseconds since 1970, UTC; ten minutes ago by default.'),
});

export const siteLogRoutes = ({ sites, siteLogs, now }: ApiPorts) =>
  new Hono().get('/:site/logs', query(Since), async (context) => {
    const { site } = context.req.param();
    if (!(await sites.get(site))) throw noSuchSite(site);
    const { since = now().getTime() - DEFAULT_MILLISECONDS } = context.req.valid('query');
    return context.json(await siteLogs.since(site, since));
  });
