import * as z from 'zod';

/** Which files of a static site are published, as the artifacts of amplify.yml say: from Detect to the collector. */
export const PublishedFiles = z.object({
  /** From the app's folder; absent for what Next.js exported. */
  folder: z.string().optional(),
  /** Globs below that folder; a file that one of them matches is published, unless one with a `!` before it does. */
  globs: z.array(z.string()).min(1),
  /** Each file in the site's root, whatever folder it is in. */
  flat: z.boolean(),
});
export type PublishedFiles = z.infer<typeof PublishedFiles>;
