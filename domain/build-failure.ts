/** What a deployment tells of a build that failed. Pure. */
export interface BuildPhase {
  /** CodeBuild's, e.g. `PRE_BUILD`. */
  type: string;
  /** `SUCCEEDED`, `FAILED`, `TIMED_OUT`, …; absent while it runs. */
  status?: string;
  reason?: string;
}

/** The last of the build's commands, in buildspecs/build.yml. */
const COLLECTOR = /\bcollect\.mjs\b/;

/** The phase that failed first is the reason; those after it often fail for it. */
export function buildFailure(phases: BuildPhase[], timeoutMinutes: number | undefined) {
  const failed = phases.find(({ status }) => status && status !== 'SUCCEEDED');
  if (failed?.status === 'TIMED_OUT') {
    const limit = timeoutMinutes === undefined ? 'the time that it has' : `the ${timeoutMinutes} minutes that it has`;
    return {
      code: 'BUILD_TIMED_OUT',
      message: `The build was still in ${failed.type} after ${limit}.`,
      remedy:
        "The end of the build's log says what it was at. For more time: towpath settings APP --build-timeout MINUTES (at most 120); for a faster machine: --compute large.",
    };
  }
  const { type, reason } = failed ?? {};
  if (reason && COLLECTOR.test(reason)) {
    return {
      code: 'BUILD_FAILED',
      message: "The app's commands ended well, and no release could be made of what they left.",
      remedy: 'The last lines of the build\'s log that begin with "towpath: " say why, and what to do.',
    };
  }
  return {
    code: 'BUILD_FAILED',
    message: `The build failed${type ? ` in ${type}` : ''}${reason ? `: ${reason}` : '.'}`,
    remedy: "The end of the build's log says why.",
  };
}
