/** A pull request's commit that gets no preview, though its app has previews: what its Git host is to show, on its way there. */
import * as z from 'zod';
import { Commit, Repository } from './deployment.ts';
import { AppId, SiteId } from './site.ts';

export const DeclinedPreview = z.object({
  kind: z.literal('preview-declined'),
  app: AppId,
  /** That it would have had. */
  site: SiteId,
  repository: Repository,
  sha: Commit.shape.sha,
  reason: z.string(),
});
export type DeclinedPreview = z.infer<typeof DeclinedPreview>;
