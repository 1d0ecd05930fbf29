/** Named tokens. Each is told once, to who makes it. */
import { Hono } from 'hono';
import * as z from 'zod';
import type { TokenRecord } from '../../../aws/table/tokens.ts';
import { noSuchToken, tokenExists } from '../errors.ts';
import { json } from '../read.ts';
import { type AuthPorts, hashOf, newToken } from './authenticate.ts';

const MAX_DAYS = 3650;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

export const NewToken = z.object({
  name: z.string().regex(/^[\w.-]{1,64}$/, 'a token name is 1–64 letters, digits, dots, - and _'),
  expiresInDays: z.int().min(1).max(MAX_DAYS).optional(),
});

const shown = ({ hash: _, ...token }: TokenRecord) => token;

export const tokenRoutes = ({ tokens, now }: Pick<AuthPorts, 'tokens' | 'now'>) =>
  new Hono()
    .get('/', async (context) => context.json((await tokens.list()).map(shown)))

    .post('/', json(NewToken), async (context) => {
      const { name, expiresInDays } = context.req.valid('json');
      const token = newToken();
      const createdAt = now();
      const expiresAt =
        expiresInDays === undefined
          ? undefined
          : new Date(createdAt.getTime() + expiresInDays * DAY_MILLISECONDS).toISOString();
      const record = { name, hash: hashOf(token), createdAt: createdAt.toISOString(), expiresAt };
      if (!(await tokens.create(record))) throw tokenExists(name);
      return context.json({ ...shown(record), token }, 201);
    })

    .delete('/:name', async (context) => {
      const { name } = context.req.param();
      const revoked = await tokens.revoke(name);
      if (!revoked) throw noSuchToken(name);
      return context.json(shown(revoked));
    });
