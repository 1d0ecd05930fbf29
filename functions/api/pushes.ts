/** What a push to an app's repository means, and what was pushed lately and not deployed. */
import { Hono } from 'hono';
import * as z from 'zod';
import { App } from '../../domain/app.ts';
import { isDeployedBranch } from '../../domain/branch-pattern.ts';
import { changeApp } from './change-app.ts';
import { sharedTagSite } from './errors.ts';
import type { ApiPorts } from './ports.ts';
import { appOf, json } from './read.ts';

const { branches, tags, tagSite, deletedBranches, previews, reuseBuilds } = App.shape;
const Change = z.object({
  branches: branches.unwrap().min(1).optional(),
  tags: tags.unwrap().optional(),
  tagSite: tagSite.unwrap().optional(),
  deletedBranches: deletedBranches.unwrap().optional(),
  previews: previews.unwrap().optional(),
  reuseBuilds: reuseBuilds.unwrap().optional(),
});

/** reconcile would deploy the branch's head over the tag. */
function refuseSharedSite({ id, branches, tags, tagSite }: App): void {
  if (tags.length > 0 && isDeployedBranch(branches, tagSite)) throw sharedTagSite(id, tagSite);
}

export const pushRoutes = ({ apps, ignored }: Pick<ApiPorts, 'apps' | 'ignored'>) => {
  const shown = async ({ id, branches, tags, tagSite, deletedBranches, previews, reuseBuilds }: App) => ({
    app: id,
    branches,
    tags,
    tagSite,
    deletedBranches,
    previews,
    reuseBuilds,
    ignored: await ignored.ofApp(id),
  });

  return new Hono()
    .get('/', async (context) => context.json(await shown(await appOf(context, apps))))

    .patch('/', json(Change), async (context) => {
      const app = await appOf(context, apps);
      const change = context.req.valid('json');
      refuseSharedSite({ ...app, ...change });
      return context.json(await shown(await changeApp(app.id, change, apps)));
    });
};
