/** A repository is connected to an app, gets a fresh webhook and token, and is let go. A token is taken, and never given back. */
import { Hono } from 'hono';
import * as z from 'zod';
import { Repository } from '../../../domain/deployment.ts';
import { AppId } from '../../../domain/site.ts';
import { json, read } from '../read.ts';
import { Environment } from '../variables.ts';
import { connect, disconnect, rotate } from './connect.ts';
import type { ConnectionPorts } from './ports.ts';

/** What a header can carry; a GitHub App's key has lines. SecureStrings of the standard tier hold 4 KB. */
const Token = z.string().trim().min(1).max(4096);

const Connection = z.object({
  repository: Repository,
  token: Token.optional(),
  appRoot: z.string().optional(),
  branches: z.array(z.string().min(1)).min(1).optional(),
  environment: Environment.optional(),
  move: z.boolean().optional(),
});
const Rotation = z.object({ token: Token.optional() });

export const connectionRoutes = (ports: ConnectionPorts) =>
  new Hono()
    .post('/', json(Connection), async (context) => {
      const id = read(AppId, context.req.param('app'));
      return context.json(await connect(id, context.req.valid('json'), ports), 201);
    })

    .post('/rotate', json(Rotation), async (context) =>
      context.json(await rotate(context.req.param('app') ?? '', context.req.valid('json').token, ports)),
    )

    .delete('/', async (context) => context.json(await disconnect(context.req.param('app') ?? '', ports)));
