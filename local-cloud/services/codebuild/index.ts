/**
 * CodeBuild: projects, and builds that run a buildspec 0.2 as processes of this machine.
 *
 * Gaps (each refused with an error that names it): sources other than S3 ZIPs and inline buildspecs, secondary artifacts,
 * batch builds, reports, webhooks, fleets, VPCs; in a buildspec: run-as, proxy, git-credential-helper, cache keys. Kept and without effect: compute
 * type, image, privileged mode, queued time-out, encryption, S3 logs, local caches. Cached paths outside of the source are
 * left out. A build that ran when the local cloud was killed is FAILED after the restart.
 * By design: no container. A build sees this machine's files, a home of its own that all builds share, npm's cache of
 * whoever runs the local cloud, the machine's proxies, certificates and npm registry settings, and nothing else of the local
 * cloud's environment. `nodejs` is the version that runs the local cloud; `sh` is bash in POSIX mode, as in the Amazon Linux
 * images. Two builds run at once, others wait in QUEUED. A command that ends the shell ends itself only: later ones get a
 * fresh shell. on-failure RETRY repeats the phase. Processes that hide their environment (`env -i`) outside of the shell's
 * process group, or any outside of it where there is no /proc, outlive a stop. The time of files in an artifact is 1980,
 * so that equal files make an equal ZIP.
 */
import * as sdk from '@aws-sdk/client-codebuild';
import { sdkService } from '../../protocol/sdk-service.ts';
import type { Environment, Service } from '../../service.ts';
import { createBuilds } from './builds.ts';
import { createProjects } from './projects.ts';
import type { QueueOptions } from './queue.ts';
import { openBuildRecords } from './records.ts';

export function createCodeBuildService(environment: Environment): Service {
  return createCodeBuildServiceWith({}, environment);
}

export function createCodeBuildServiceWith(options: QueueOptions, environment: Environment): Service {
  const records = openBuildRecords(environment.records);
  const projects = createProjects(environment, records);
  const builds = createBuilds(environment, records, projects.find, options);
  return {
    ...sdkService({
      scope: 'codebuild',
      module: sdk,
      client: new sdk.CodeBuildClient({ region: environment.region }),
      operations: { ...projects.operations, ...builds.operations },
    }),
    start: builds.start,
    stop: builds.stop,
  };
}
