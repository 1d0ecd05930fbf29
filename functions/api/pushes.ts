/** What a push to an app's repository means, and what was pushed lately and not deployed. */
import { Hono } from 'hono';
import { z } from 'zod';
import { App } from '../../domain/app.ts';
import type { ApiPorts } from './ports.ts';
import { json, notFound } from './read.ts';

const { branches, deletedBranches, previews, reuseBuilds } = App.shape;
const Change = z.object({
  branches: branches.unwrap().min(1).optional(),
  deletedBranches: deletedBranches.unwrap().optional(),
  previews: previews.unwrap().optional(),
  reuseBuilds: reuseBuilds.unwrap().optional(),
});

export const pushRoutes = ({ apps, ignored }: Pick<ApiPorts, 'apps' | 'ignored'>) => {
  const find = async (id = ''): Promise<App> => {
    const app = await apps.get(id);
    if (!app) throw notFound(`app ${id}`);
    return app;
  };
  const shown = async ({ id, branches, deletedBranches, previews, reuseBuilds }: App) => ({
    app: id,
    branches,
    deletedBranches,
    previews,
    reuseBuilds,
    ignored: await ignored.ofApp(id),
  });

  return new Hono()
    .get('/', async (context) => context.json(await shown(await find(context.req.param('app')))))

    .patch('/', json(Change), async (context) => {
      const app = { ...(await find(context.req.param('app'))), ...context.req.valid('json') };
      await apps.put(app);
      return context.json(await shown(app));
    });
};
