/** CodeBuild Build State Change, as far as it is read. https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html */
import { z } from 'zod';

export const BuildEvent = z.object({
  /** When the state changed: ISO 8601, whole seconds. */
  time: z.string(),
  detail: z.object({
    'build-status': z.string(),
    /** ARN of the build. */
    'build-id': z.string(),
    'additional-information': z.object({
      environment: z.object({
        'environment-variables': z.array(z.object({ name: z.string(), value: z.string() })).default([]),
      }),
      logs: z.object({ 'group-name': z.string().nullish(), 'stream-name': z.string().nullish() }).nullish(),
      phases: z
        .array(
          z.object({
            'phase-type': z.string(),
            'phase-status': z.string().optional(),
            'phase-context': z.array(z.string()).default([]),
            'duration-in-seconds': z.number().optional(),
          }),
        )
        .default([]),
    }),
  }),
});
export type BuildEvent = z.infer<typeof BuildEvent>;
