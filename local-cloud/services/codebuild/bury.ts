/** A build that ran when the local cloud was killed: its processes end, and so does it. */
import { rm } from 'node:fs/promises';
import type { Environment } from '../../service.ts';
import { markerOf } from './environment.ts';
import { LOCAL_CLOUD_ENDED } from './phase-error.ts';
import { endPhase } from './phases.ts';
import { endProcesses } from './processes.ts';
import type { BuildRecord } from './records.ts';
import { buildFolder, completeBuild } from './run-build.ts';

export async function bury(
  build: BuildRecord,
  environment: Environment,
  save: (build: BuildRecord) => void,
): Promise<void> {
  await endProcesses(markerOf(build.id));
  await rm(buildFolder(environment, build.id), { recursive: true, force: true });
  const phase = build.phases.at(-1);
  if (phase && phase.endTime === undefined) {
    phase.phaseStatus = 'FAILED';
    phase.contexts = [{ statusCode: 'INTERNAL_SERVICE_ERROR', message: LOCAL_CLOUD_ENDED }];
    endPhase(phase, environment.now());
  }
  build.buildStatus = 'FAILED';
  completeBuild(build, environment.now());
  save(build);
  environment.log(`codebuild: ${build.id} ended with the local cloud that ran it`);
}
