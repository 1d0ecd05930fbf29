/** How many releases of each site an app keeps, and for how long. */
import { Hono } from 'hono';
import { Retention } from '../../domain/app.ts';
import type { ApiPorts } from './ports.ts';
import { json, notFound } from './read.ts';

export const retentionRoutes = ({ apps }: Pick<ApiPorts, 'apps'>) => {
  const find = async (id = '') => {
    const app = await apps.get(id);
    if (!app) throw notFound(`app ${id}`);
    return app;
  };
  return new Hono()
    .get('/', async (context) => context.json((await find(context.req.param('app'))).retention))

    .patch('/', json(Retention.partial()), async (context) => {
      const app = await find(context.req.param('app'));
      const retention = { ...app.retention, ...context.req.valid('json') };
      await apps.put({ ...app, retention });
      return context.json(retention);
    });
};
