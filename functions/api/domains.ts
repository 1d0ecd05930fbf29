/** The sites' own domain names. */
import { Hono } from 'hono';
import * as z from 'zod';
import { DomainName, MAX_DOMAINS } from '../../domain/custom-domain.ts';
import { SiteId } from '../../domain/site.ts';
import { noDomain } from './errors.ts';
import type { ApiPorts } from './ports.ts';
import { json, read } from './read.ts';

const Wanted = z.object({ names: z.array(DomainName).min(1).max(MAX_DOMAINS) });

export const domainRoutes = ({ domains }: ApiPorts) =>
  new Hono().get('/', async (context) => context.json(await domains.all()));

export const siteDomainRoutes = ({ domains, lifecycle }: ApiPorts) =>
  new Hono()
    .get('/:site/domains', async (context) => {
      const site = read(SiteId, context.req.param('site'));
      const found = await domains.get(site);
      if (!found) throw noDomain(site);
      return context.json(found);
    })

    .post('/:site/domains', json(Wanted), async (context) => {
      const site = read(SiteId, context.req.param('site'));
      return context.json(await lifecycle.addDomains(site, context.req.valid('json').names), 202);
    })

    .delete('/:site/domains/:name', async (context) => {
      const site = read(SiteId, context.req.param('site'));
      return context.json(await lifecycle.removeDomain(site, read(DomainName, context.req.param('name'))), 202);
    });
