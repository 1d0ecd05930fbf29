/** Sites and apps are taken away: each answers the deployments that do so, to be followed as any other. */
import { Hono } from 'hono';
import { TowpathError } from '../../domain/errors.ts';
import { disconnect } from './connection/connect.ts';
import type { ApiPorts } from './ports.ts';

export const siteRemovalRoutes = ({ lifecycle }: ApiPorts) =>
  new Hono().delete('/:site', async (context) =>
    context.json(await lifecycle.removeSite(context.req.param('site')), 202),
  );

/** What was disconnected before has nothing to leave at its Git host. */
const leave = (app: string, { connection }: ApiPorts) =>
  disconnect(app, connection).catch((error) => {
    if (error instanceof TowpathError && error.code === 'NOT_CONNECTED') return undefined;
    throw error;
  });

/** Its webhook goes first, the app itself with the last of its sites. */
export const appRemovalRoutes = (ports: ApiPorts) =>
  new Hono().delete('/:app', async (context) => {
    const app = context.req.param('app');
    const { hook, because } = (await leave(app, ports)) ?? {};
    return context.json({ hook, because, removals: await ports.lifecycle.removeApp(app) }, 202);
  });
