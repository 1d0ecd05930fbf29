/** How many releases of each site an app keeps, and for how long. */
import { Hono } from 'hono';
import { Retention } from '../../domain/app.ts';
import { changeApp } from './change-app.ts';
import type { ApiPorts } from './ports.ts';
import { appOf, json } from './read.ts';

export const retentionRoutes = ({ apps }: Pick<ApiPorts, 'apps'>) => {
  return new Hono()
    .get('/', async (context) => context.json((await appOf(context, apps)).retention))

    .patch('/', json(Retention.partial()), async (context) => {
      const app = await appOf(context, apps);
      const retention = { ...app.retention, ...context.req.valid('json') };
      await changeApp(app.id, { retention }, apps);
      return context.json(retention);
    });
};
