/** The phases of a build: recorded as they begin and end, and how one command phase leads to the next. */
import { type Buildspec, COMMAND_PHASES, type CommandPhase, type PhaseCommands } from './buildspec.ts';
import type { BuildLog } from './log.ts';
import { BuildEnded, PhaseError } from './phase-error.ts';
import type { BuildRecord, PhaseRecord } from './records.ts';
import type { Shell } from './shell.ts';

export interface PhaseTracker {
  /** Runs `work` as a phase: its times, status and context go to the build's record and log. Rejects as `work` does. */
  during<Result>(phase: string, work: () => Promise<Result>): Promise<Result>;
}

export interface TrackerPorts {
  now: () => number;
  save: () => void;
  /** Tells of a phase that is over. */
  ended: (phase: PhaseRecord) => Promise<void>;
  signal: AbortSignal;
  note: (line: string) => void;
}

export function trackPhases(build: BuildRecord, ports: TrackerPorts): PhaseTracker {
  const { now, save, ended, signal, note } = ports;
  return {
    during: async (phaseType, work) => {
      const phase: PhaseRecord = { phaseType, startTime: now() };
      build.phases.push(phase);
      build.currentPhase = phaseType;
      save();
      note(`Entering phase ${phaseType}`);
      let context = { statusCode: '', message: '' };
      try {
        // What ends a build between two phases is told by the one that it was about to enter.
        signal.throwIfAborted();
        const result = await work();
        signal.throwIfAborted();
        phase.phaseStatus = 'SUCCEEDED';
        return result;
      } catch (thrown) {
        const error = signal.aborted ? signal.reason : thrown;
        phase.phaseStatus = statusOf(error);
        context = contextOf(error);
        throw error;
      } finally {
        phase.contexts = [context];
        endPhase(phase, now());
        note(`Phase complete: ${phaseType} State: ${phase.phaseStatus}`);
        note(`Phase context status code: ${context.statusCode} Message: ${context.message}`);
        save();
        await ended(phase);
      }
    },
  };
}

export function endPhase(phase: PhaseRecord, now: number): void {
  phase.endTime = now;
  phase.durationInSeconds = Math.round((now - phase.startTime) / 1000);
}

function statusOf(error: unknown): 'FAILED' | 'FAULT' | BuildEnded['status'] {
  if (error instanceof BuildEnded) return error.status;
  return error instanceof PhaseError ? 'FAILED' : 'FAULT';
}

function contextOf(error: unknown): { statusCode: string; message: string } {
  const { statusCode, message } = error as { statusCode?: string; message: string };
  return statusCode
    ? { statusCode, message }
    : { statusCode: error instanceof BuildEnded ? '' : 'INTERNAL_SERVICE_ERROR', message };
}

export interface CommandPorts {
  shell: Shell;
  track: PhaseTracker;
  log: BuildLog;
  signal: AbortSignal;
  /** What the commands wrote since this was last asked, at least its end. */
  recentOutput: () => string;
}

export interface Verdict {
  succeeded: boolean;
  /** BUILD ran, so UPLOAD_ARTIFACTS is attempted. */
  built: boolean;
}

/**
 * INSTALL to POST_BUILD. A failure in INSTALL or PRE_BUILD ends the build; one in BUILD still runs POST_BUILD, unless
 * on-failure says ABORT. https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
 */
export async function runCommandPhases(spec: Buildspec, ports: CommandPorts): Promise<Verdict> {
  const verdict: Verdict = { succeeded: true, built: false };
  for (const name of COMMAND_PHASES) {
    if (name === 'BUILD') verdict.built = true;
    const next = await runCommandPhase(name, spec.phases[name], ports);
    if (next !== 'succeeded' && next !== 'continue') verdict.succeeded = false;
    if (next === 'end') break;
  }
  return verdict;
}

type Next = 'succeeded' | 'continue' | 'failed' | 'end';

async function runCommandPhase(
  name: CommandPhase,
  phase: PhaseCommands | undefined,
  ports: CommandPorts,
): Promise<Next> {
  try {
    await ports.track.during(name, () => attemptPhase(name, phase, ports));
    return 'succeeded';
  } catch (error) {
    if (!(error instanceof PhaseError)) throw error;
    await ports.shell.set('CODEBUILD_BUILD_SUCCEEDING', '0');
    const action = phase?.onFailure.action;
    if (action === 'CONTINUE') return 'continue';
    if (action === 'ABORT') return 'end';
    return name === 'BUILD' || name === 'POST_BUILD' ? 'failed' : 'end';
  }
}

async function attemptPhase(name: CommandPhase, phase: PhaseCommands | undefined, ports: CommandPorts): Promise<void> {
  if (!phase) return;
  const { action, times, pattern } = phase.onFailure;
  for (let attempt = 0; ; attempt += 1) {
    ports.recentOutput();
    const failure = (await runCommands(phase.commands, ports)) ?? undefined;
    const finallyFailure = await runCommands(phase.finally, ports);
    const error = failure ?? finallyFailure;
    if (!error) return;
    if (action !== 'RETRY' || attempt >= times || !pattern.test(ports.recentOutput())) throw error;
    ports.log.note(`Retrying phase ${name}, ${attempt + 1} of ${times}`);
  }
}

async function runCommands(commands: string[], ports: CommandPorts): Promise<PhaseError | undefined> {
  for (const command of commands) {
    ports.log.note(`Running command ${command}`);
    const status = await ports.shell.run(command);
    ports.signal.throwIfAborted();
    if (status === 0) continue;
    ports.log.note(`Command did not exit successfully ${command} exit status ${status}`);
    return new PhaseError(
      'COMMAND_EXECUTION_ERROR',
      `Error while executing command: ${command}. Reason: exit status ${status}`,
    );
  }
  return undefined;
}
