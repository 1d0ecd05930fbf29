/** One build, from PROVISIONING to COMPLETED. */
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../service.ts';
import type { Buildspec } from './buildspec.ts';
import { awsVariables, type BuildFolders, codeBuildVariables, imageVariables, markerOf } from './environment.ts';
import { openHome } from './home.ts';
import { checkRuntimes, downloadSources, loadBuildspec, loadCache, type RoleCall, resolveVariables } from './inputs.ts';
import { type BuildLog, type LogEvent, openLog } from './log.ts';
import { saveCache, uploadArtifact } from './outputs.ts';
import { BuildEnded, PhaseError } from './phase-error.ts';
import { endPhase, type PhaseTracker, runCommandPhases, trackPhases } from './phases.ts';
import { endProcesses } from './processes.ts';
import type { BuildRecord, PhaseRecord } from './records.ts';
import { openShell } from './shell.ts';

export interface BuildPorts {
  environment: Environment;
  /** Writes the record. */
  save: (build: BuildRecord) => void;
  /** Tells of a phase that is over. */
  phaseEnded: (build: BuildRecord, phase: PhaseRecord) => Promise<void>;
  /** Aborted with BuildEnded when the build is to end early. */
  signal: AbortSignal;
}

const RECENT_CHARACTERS = 64 * 1024;

/** Runs it to its end and leaves no process of it. Never rejects: how it went is in the record. */
export async function runBuild(build: BuildRecord, ports: BuildPorts): Promise<void> {
  const { environment, signal } = ports;
  const { now } = environment;
  const call: RoleCall = (scope, operation, input) =>
    environment.call(scope, operation, input, environment.asRole(build.serviceRole));
  const base = buildFolder(environment, build.id);
  const log = openLog(now, (events) => sendLog(build, events, call, environment.log));
  const save = () => ports.save(build);
  const ended = (phase: PhaseRecord) => ports.phaseEnded(build, phase);
  const track = trackPhases(build, { now, save, ended, signal, note: log.note });
  const kill = () => void endProcesses(markerOf(build.id));
  signal.addEventListener('abort', kill);
  try {
    build.buildStatus = await runPhases(build, base, { ports, call, log, track });
  } catch (error) {
    build.buildStatus = statusOf(error);
    if (build.buildStatus === 'FAULT') environment.log(`codebuild: ${build.id}: ${(error as Error).stack}`);
  }
  signal.removeEventListener('abort', kill);
  const finalizing = { phaseType: 'FINALIZING', phaseStatus: 'SUCCEEDED' as const, startTime: now() };
  build.phases.push(finalizing);
  await endProcesses(markerOf(build.id));
  await log.close();
  await rm(base, { recursive: true, force: true, maxRetries: 3 });
  endPhase(finalizing, now());
  await ended(finalizing);
  completeBuild(build, now());
  save();
}

/**
 * Outside of the local cloud's own folder: npm and Node.js look for node_modules/.bin and packages in every folder above,
 * and a container has none of this machine's above it.
 */
export function buildFolder(environment: Environment, buildId: string): string {
  const owner = createHash('sha256').update(environment.folder).digest('hex').slice(0, 8);
  return join(tmpdir(), `codebuild-${owner}-${buildId.split(':')[1] ?? buildId}`);
}

/** Marks a record as over; its buildStatus is set already. */
export function completeBuild(build: BuildRecord, now: number): void {
  build.phases.push({ phaseType: 'COMPLETED', startTime: now });
  build.currentPhase = 'COMPLETED';
  build.buildComplete = true;
  build.endTime = now;
}

function statusOf(error: unknown): NonNullable<BuildRecord['buildStatus']> {
  if (error instanceof BuildEnded) return error.status;
  return error instanceof PhaseError ? 'FAILED' : 'FAULT';
}

interface Around {
  ports: BuildPorts;
  call: RoleCall;
  log: BuildLog;
  track: PhaseTracker;
}

async function runPhases(build: BuildRecord, base: string, around: Around): Promise<'SUCCEEDED' | 'FAILED'> {
  const { call, log, track } = around;
  const { environment } = around.ports;
  const folders: BuildFolders = {
    source: join(base, 'src'),
    secondary: Object.fromEntries(
      build.secondarySources.map(({ sourceIdentifier: id = '' }) => [id, join(base, `src-${id}`)]),
    ),
    temporary: join(base, 'tmp'),
  };
  const credentials = await track.during('PROVISIONING', async () => {
    await mkdir(folders.temporary, { recursive: true });
    await createLogStream(build, call);
    log.begin();
    return environment.credentialsFor(build.serviceRole);
  });
  const { spec, variables } = await track.during('DOWNLOAD_SOURCE', async () => {
    await downloadSources(build, folders, call);
    const spec = await loadBuildspec(build, folders, call);
    checkRuntimes(spec, process.version);
    const { values, secrets } = await resolveVariables(spec, build, call);
    log.mask(secrets);
    await loadCache(build, spec, folders.source, call, log);
    return { spec, variables: values };
  });
  const home = await openHome(join(environment.folder, 'home'), process.env);
  const verdict = await runCommands(build, spec, folders.source, around, {
    ...imageVariables(process.env, { home, globals: join(folders.temporary, 'npm') }, process.execPath),
    ...awsVariables(credentials, environment.region, environment.endpoint()),
    ...variables,
    ...codeBuildVariables(build, folders),
  });
  if (verdict.built) {
    await track.during('UPLOAD_ARTIFACTS', async () => {
      build.artifacts = await uploadArtifact(build, spec, folders.source, call);
      if (verdict.succeeded) await saveCache(build, spec, folders, call, log);
    });
  }
  return verdict.succeeded ? 'SUCCEEDED' : 'FAILED';
}

async function runCommands(
  build: BuildRecord,
  spec: Buildspec,
  folder: string,
  { ports, log, track }: Around,
  variables: Record<string, string>,
) {
  let recent = '';
  const shell = openShell({
    shell: spec.shell,
    folder,
    environment: variables,
    output: (text) => {
      log.write(text);
      recent = (recent + text).slice(-RECENT_CHARACTERS);
    },
  });
  const recentOutput = () => {
    const text = recent;
    recent = '';
    return text;
  };
  const end = () => void shell.close();
  ports.signal.addEventListener('abort', end);
  try {
    const verdict = await runCommandPhases(spec, { shell, track, log, signal: ports.signal, recentOutput });
    for (const name of spec.exportedVariables) {
      build.exportedEnvironmentVariables.push({ name, value: await shell.value(name) });
    }
    return verdict;
  } finally {
    ports.signal.removeEventListener('abort', end);
    await shell.close();
    // The container ends with its commands: nothing that they left running may touch the artifact.
    await endProcesses(markerOf(build.id));
  }
}

async function createLogStream(build: BuildRecord, call: RoleCall): Promise<void> {
  if (!build.logDestination) return;
  const { groupName, streamName } = build.logDestination;
  try {
    await call('logs', 'CreateLogGroup', { logGroupName: groupName }).catch(ifNot('ResourceAlreadyExistsException'));
    await call('logs', 'CreateLogStream', { logGroupName: groupName, logStreamName: streamName });
    build.logs = { ...build.logs, groupName, streamName };
  } catch (error) {
    throw new PhaseError(
      'ACCESS_DENIED',
      `Service role ${build.serviceRole} does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build ${build.arn}. Error message: ${(error as Error).message}`,
    );
  }
}

function ifNot(code: string): (error: { code?: string }) => void {
  return (error) => {
    if (error.code !== code) throw error;
  };
}

async function sendLog(
  build: BuildRecord,
  logEvents: LogEvent[],
  call: RoleCall,
  report: (line: string) => void,
): Promise<void> {
  const { groupName: logGroupName, streamName: logStreamName } = build.logs;
  if (!logGroupName || !logStreamName) return;
  try {
    await call('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents });
  } catch (error) {
    report(`codebuild: ${logEvents.length} log lines of ${build.id} are lost: ${(error as Error).message}`);
  }
}
