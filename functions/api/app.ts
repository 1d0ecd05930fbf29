/** The HTTP API's routes. Its type is what cli/ speaks through (hono's typed client). */
import { Hono } from 'hono';
import * as z from 'zod';
import type { App } from '../../domain/app.ts';
import { Repository, stepsOf } from '../../domain/deployment.ts';
import { AppId } from '../../domain/site.ts';
import { noSuchDeployment } from '../../lifecycle/errors.ts';
import { accessRoutes } from './access.ts';
import { authenticate } from './auth/authenticate.ts';
import { tokenRoutes } from './auth/routes.ts';
import { changeApp, createApp } from './change-app.ts';
import { appBeingRemoved, connectedElsewhere } from './connection/errors.ts';
import { connectionRoutes } from './connection/routes.ts';
import { domainRoutes, siteDomainRoutes } from './domains.ts';
import { noSuchOperation } from './errors.ts';
import { failureOf } from './failure.ts';
import { notificationRoutes } from './notifications.ts';
import { openApiDocument } from './openapi/document.ts';
import type { ApiPorts } from './ports.ts';
import { pushRoutes } from './pushes.ts';
import { appOf, json, query, read } from './read.ts';
import { redeployRoutes } from './redeploy.ts';
import { replayRoutes, siteRoutes } from './releases.ts';
import { appRemovalRoutes, siteRemovalRoutes } from './removals.ts';
import { retentionRoutes } from './retention.ts';
import { settingsRoutes } from './settings.ts';
import { siteLogRoutes } from './site-logs.ts';
import { artifactRoutes } from './test-artifacts.ts';
import { Environment, variableRoutes } from './variables.ts';

const AppChange = z.object({
  repository: Repository,
  appRoot: z.string().optional(),
  branches: z.array(z.string().min(1)).optional(),
  environment: Environment.optional(),
});
type AppSettings = Omit<z.output<typeof AppChange>, 'environment'>;
const LogQuery = z.object({ from: z.string().optional() });

export const createApi = (ports: ApiPorts) => {
  const api = new Hono().basePath('/v1');
  return (
    api
      /** Of all the routes below. */
      .get('/openapi.json', (context) => context.json(openApiDocument(api.routes)))

      .use(async (context, next) => {
        await authenticate(context.req.header('authorization'), ports.auth);
        await next();
      })

      /** Creates an app, or changes it: settings that are not given stay as they are, variables are added to those there. */
      .put('/apps/:app', json(AppChange), async (context) => {
        const id = read(AppId, context.req.param('app'));
        const { environment = {}, ...settings } = context.req.valid('json');
        const app = await createOrChange(id, settings, ports);
        await ports.variables.putPlain(id, environment, ports.now().toISOString());
        return context.json(app);
      })

      .get('/apps/:app', async (context) => context.json(await appOf(context, ports.apps)))

      .get('/apps', async (context) => context.json(await ports.apps.list()))

      .route('/apps/:app/notifications', notificationRoutes(ports))

      .route('/apps/:app/pushes', pushRoutes(ports))

      .route('/apps/:app/retention', retentionRoutes(ports))

      .route('/apps/:app/connection', connectionRoutes(ports.connection))

      .route('/apps/:app/variables', variableRoutes(ports))

      .route('/apps/:app/settings', settingsRoutes(ports))

      .get('/apps/:app/sites', async (context) => context.json(await ports.sites.ofApp(context.req.param('app'))))

      .get('/deployments/:id', async (context) => {
        const id = context.req.param('id');
        const deployment = await ports.deployments.get(id);
        if (!deployment) throw noSuchDeployment(id);
        return context.json({
          ...deployment,
          timeline: await ports.timeline.list(id),
          steps: stepsOf(deployment),
        });
      })

      .route('/tokens', tokenRoutes(ports.auth))

      .route('/deployments/:id/replay', replayRoutes(ports))

      .route('/deployments/:id/artifacts', artifactRoutes(ports))

      /** Newest first. */
      .get('/sites/:site/deployments', async (context) =>
        context.json(await ports.deployments.ofSite(context.req.param('site'))),
      )

      .route('/sites', siteRoutes(ports))

      .route('/sites', siteLogRoutes(ports))

      .route('/sites', redeployRoutes(ports))

      .route('/sites', accessRoutes(ports))

      .route('/sites', siteDomainRoutes(ports))

      .route('/domains', domainRoutes(ports))

      .route('/sites', siteRemovalRoutes(ports))

      .route('/apps', appRemovalRoutes(ports))

      /** A page of the build's log; `next` continues it. */
      .get('/deployments/:id/log', query(LogQuery), async (context) => {
        const id = context.req.param('id');
        const { from } = context.req.valid('query');
        if (!(await ports.deployments.get(id))) throw noSuchDeployment(id);
        const build = (await ports.timeline.list(id)).find(({ step }) => step === 'Build');
        const { logGroup, logStream } = build?.figures ?? {};
        if (typeof logGroup !== 'string' || typeof logStream !== 'string')
          return context.json({ lines: [], next: from });
        return context.json(await ports.logs.read(logGroup, logStream, from));
      })

      .notFound(({ req }) => {
        throw noSuchOperation(req.method, req.path);
      })
      .onError((error, context) => {
        const { status, told } = failureOf(error);
        const { code, message, remedy } = told;
        if (status === 500) console.error(error);
        // https://www.rfc-editor.org/rfc/rfc6750#section-3
        if (status === 401)
          context.header('www-authenticate', code === 'TOKEN_MISSING' ? 'Bearer' : 'Bearer error="invalid_token"');
        return context.json({ message: `${message} ${remedy} (${code})`, code }, status);
      })
  );
};

async function createOrChange(id: string, settings: AppSettings, ports: ApiPorts): Promise<App> {
  const existing = await ports.apps.get(id);
  if (existing && !sameRepository(existing.repository, settings.repository)) throw connectedElsewhere(existing);
  if (existing?.removingSince) throw appBeingRemoved(id);
  if (existing) return changeApp(id, { ...settings, disconnectedAt: undefined }, ports.apps);
  return (await createApp(id, settings, ports)) ?? createOrChange(id, settings, ports);
}

const sameRepository = (one: Repository, other: Repository) => one.host === other.host && one.name === other.name;

export type Api = ReturnType<typeof createApi>;
