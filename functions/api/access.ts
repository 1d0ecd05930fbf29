/** Who may see a site. A password is taken or made, told once, and kept nowhere. */
import { Hono } from 'hono';
import * as z from 'zod';
import { Password, UserName } from '../../domain/access.ts';
import { SiteId, siteIdOf } from '../../domain/site.ts';
import { noSuchApp } from '../../lifecycle/errors.ts';
import { noPassword } from './errors.ts';
import type { ApiPorts } from './ports.ts';
import { json, read } from './read.ts';

const Wanted = z.object({
  user: UserName.default('preview'),
  /** Made here when it is not given. */
  password: Password.optional(),
  /** Whose site it is: needed before its first deployment alone. */
  app: z.string().optional(),
  branch: z.string().min(1).optional(),
});

export const accessRoutes = ({ apps, access, lifecycle }: ApiPorts) =>
  new Hono()
    .get('/:site/access', async (context) => {
      const site = read(SiteId, context.req.param('site'));
      const found = await access.get(site);
      if (!found) throw noPassword(site);
      return context.json({ site, user: found.user, since: found.since });
    })

    .put('/:site/access', json(Wanted), async (context) => {
      const site = read(SiteId, context.req.param('site'));
      const { user, password, app, branch } = context.req.valid('json');
      const isKnown = app !== undefined && branch !== undefined && siteIdOf(app, branch) === site;
      if (isKnown && !(await apps.get(app))) throw noSuchApp(app);
      const wanted = { user, ...(isKnown && { app }), ...(password !== undefined && { password }) };
      return context.json(await lifecycle.protect(site, wanted), 202);
    })

    .delete('/:site/access', async (context) =>
      context.json(await lifecycle.unprotect(read(SiteId, context.req.param('site'))), 202),
    );
