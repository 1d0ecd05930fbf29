import { z } from 'zod';
import { Repository } from './deployment.ts';
import { AppId } from './site.ts';

/** A connected repository, and the folder of the app inside it, with its settings. */
export const App = z.object({
  id: AppId,
  repository: Repository,
  /** Folder of the app inside the repository, `.` for its root. */
  appRoot: z.string().default('.'),
  /** Branches that are deployed; a push to another one is ignored. */
  branches: z.array(z.string().min(1)).default(['main']),
  /** Environment variables of the build and of the site's functions. Never logged. */
  environment: z.record(z.string(), z.string()).default({}),
  /** Where the webhook's secret is kept: name of an SSM SecureString parameter. The secret itself is never stored here. */
  webhookSecretParameter: z.string().optional(),
  /** Where the token for the Git host's API is kept, likewise. */
  gitTokenParameter: z.string().optional(),
  createdAt: z.iso.datetime(),
});
export type App = z.infer<typeof App>;
