import type { Detection } from '../../domain/pipeline.ts';

/** What the user should know although the deployment goes on. */
export type Warning = Detection['warnings'][number];
