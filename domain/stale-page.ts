/** What a message in a site's queue of stale pages says. edge/isr/queue.ts writes it, in code that has no room for zod. */
import * as z from 'zod';

export const StalePage = z.object({
  version: z.literal(1),
  /** The deployment's id that made it. */
  release: z.ulid(),
  /** Next's name of the page: a path without base path. */
  key: z.string().startsWith('/'),
  /** Of the copy that is stale, in milliseconds since 1970. */
  generatedAt: z.number(),
});
export type StalePage = z.infer<typeof StalePage>;
