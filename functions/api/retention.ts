/** How many releases of each site an app keeps, and for how long. */
import { Hono } from 'hono';
import { Retention } from '../../domain/app.ts';
import { appNamed } from './errors.ts';
import type { ApiPorts } from './ports.ts';
import { json } from './read.ts';

export const retentionRoutes = ({ apps }: Pick<ApiPorts, 'apps'>) => {
  const find = (id: string | undefined) => appNamed(id, apps);
  return new Hono()
    .get('/', async (context) => context.json((await find(context.req.param('app'))).retention))

    .patch('/', json(Retention.partial()), async (context) => {
      const app = await find(context.req.param('app'));
      const retention = { ...app.retention, ...context.req.valid('json') };
      await apps.put({ ...app, retention });
      return context.json(retention);
    });
};
