import * as z from 'zod';
import { BuildSettings } from './build-settings.ts';
import { HeaderRule, RewriteRule } from './site-rules.ts';

/** What is kept with an app; files of its repository beat it, part by part. */
export const AppSettings = z.object({
  rewrites: z.array(RewriteRule).optional(),
  headers: z.array(HeaderRule).optional(),
  securityHeaders: z.boolean().optional(),
  build: BuildSettings.optional(),
});
export type AppSettings = z.infer<typeof AppSettings>;
