/** CodeBuild Build State Change and Build Phase Change, as far as they are read. https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html */
import * as z from 'zod';

export const BuildEvent = z.object({
  /** When the state changed, or the completed phase began: ISO 8601, whole seconds. */
  time: z.string(),
  detail: z.object({
    /** Of a change of state. */
    'build-status': z.string().optional(),
    /** ARN of the build. */
    'build-id': z.string(),
    'additional-information': z.object({
      environment: z.object({
        'environment-variables': z.array(z.object({ name: z.string(), value: z.string() })).default([]),
      }),
      'timeout-in-minutes': z.number().optional(),
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
