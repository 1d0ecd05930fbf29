import { TowpathError } from '../../domain/errors.ts';

/** What to do about output that is not as Next wrote it. */
export const AFRESH = 'Delete the build output folder and the build cache, and build again.';

/** The build ran, but what it left behind cannot be packaged. Always for the app's author to fix. */
export const unusableBuild = (message: string, remedy: string, cause?: unknown) =>
  new TowpathError({ code: 'UNUSABLE_BUILD_OUTPUT', fault: 'user', retryable: false, remedy }, message, { cause });

export const unsupportedNext = (message: string, remedy: string) =>
  new TowpathError({ code: 'UNSUPPORTED_NEXT_VERSION', fault: 'user', retryable: false, remedy }, message);
