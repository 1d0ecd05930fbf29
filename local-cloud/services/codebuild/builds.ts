/** Builds: started, described, listed, stopped, started anew; and taken up after a restart. */
import { randomUUID } from 'node:crypto';
import type { StartBuildInput } from '@aws-sdk/client-codebuild';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Caller, Environment, Operations } from '../../service.ts';
import { bury } from './bury.ts';
import { knownBuild, rememberBuild } from './idempotency.ts';
import { page } from './page.ts';
import { openQueue, type QueueOptions } from './queue.ts';
import { type BuildRecord, type BuildRecords, describeBuild, type ProjectRecord } from './records.ts';
import { composeBuild } from './start-build.ts';

export interface Builds {
  operations: Operations;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface ListInput {
  projectName?: string;
  sortOrder?: 'ASCENDING' | 'DESCENDING';
  nextToken?: string;
}

export function createBuilds(
  environment: Environment,
  records: BuildRecords,
  find: (name: string) => ProjectRecord,
  options: QueueOptions,
): Builds {
  const { now } = environment;
  const save = (build: BuildRecord) => records.builds.put(build.id, build);
  const queue = openQueue(environment, save, options);

  const launch = (
    project: ProjectRecord,
    compose: (identity: Parameters<typeof composeBuild>[2]) => BuildRecord,
    caller: Caller,
  ) => {
    const running = unfinished().filter(({ projectName }) => projectName === project.name).length;
    if (project.concurrentBuildLimit !== undefined && running >= project.concurrentBuildLimit) {
      throw new AwsError(
        'AccountLimitExceededException',
        `Cannot have more than ${project.concurrentBuildLimit} builds of ${project.name} at once`,
      );
    }
    const name = randomUUID();
    const number = project.lastBuildNumber + 1;
    const arn = `arn:aws:codebuild:${environment.region}:${environment.accountId}:build/${project.name}:${name}`;
    const build = compose({ name, number, arn, initiator: initiatorOf(caller), now: now() });
    records.projects.put(project.name, { ...project, lastBuildNumber: number });
    save(build);
    return build;
  };

  const unfinished = () =>
    records.builds
      .entries()
      .map(([, build]) => build)
      .filter((build) => !build.buildComplete);

  const get = (id: string): BuildRecord => {
    const build = records.builds.get(idOf(id));
    if (!build) throw new AwsError('ResourceNotFoundException', `Build not found: ${id}`);
    return build;
  };

  const list = ({ projectName, sortOrder = 'DESCENDING', nextToken }: ListInput) => {
    const builds = records.builds
      .entries(projectName === undefined ? '' : `${projectName}:`)
      .map(([, build]) => build)
      .sort((a, b) => a.startTime - b.startTime || a.buildNumber - b.buildNumber);
    if (sortOrder === 'DESCENDING') builds.reverse();
    const { items, nextToken: more } = page(
      builds.map(({ id }) => id),
      nextToken,
    );
    return { ids: items, nextToken: more };
  };

  const once = (input: { idempotencyToken?: string }, begin: () => BuildRecord): object => {
    const known = knownBuild(records.tokens, input, now());
    if (known) return { build: describeBuild(get(known)) };
    const build = begin();
    rememberBuild(records.tokens, input, build.id, now());
    const started = { build: describeBuild(structuredClone(build)) };
    queue.add(build);
    return started;
  };

  const operations: Operations = {
    StartBuild: async (input: StartBuildInput, caller) => {
      const project = find(input.projectName ?? '');
      return once(input, () => launch(project, (identity) => composeBuild(project, input, identity), caller));
    },
    RetryBuild: async ({ id, idempotencyToken }: { id?: string; idempotencyToken?: string }, caller) => {
      const old = get(id ?? '');
      if (!old.buildComplete) throw new AwsError('InvalidInputException', `Build ${old.id} is still running`);
      const input = { id, idempotencyToken };
      return once(input, () =>
        launch(
          find(old.projectName),
          (identity) => composeBuild(find(old.projectName), inputOf(old), identity),
          caller,
        ),
      );
    },
    BatchGetBuilds: async ({ ids }: { ids: string[] }) => {
      const found = ids.map((id) => ({ id, build: records.builds.get(idOf(id)) }));
      return {
        builds: found.flatMap(({ build }) => (build ? [describeBuild(build)] : [])),
        buildsNotFound: found.flatMap(({ id, build }) => (build ? [] : [id])),
      };
    },
    StopBuild: async ({ id }: { id: string }) => {
      const build = get(id);
      await queue.stop(build.id);
      return { build: describeBuild(get(id)) };
    },
    ListBuilds: async (input: ListInput) => list({ ...input, projectName: undefined }),
    ListBuildsForProject: async (input: ListInput) =>
      list({ ...input, projectName: find(input.projectName ?? '').name }),
  };

  return {
    operations,
    start: async () => {
      const builds = unfinished().sort((a, b) => a.startTime - b.startTime);
      for (const build of builds) {
        if (build.currentPhase === 'QUEUED') queue.add(build);
        else await bury(build, environment, save);
      }
    },
    stop: () => queue.close(),
  };
}

/** An id or an ARN. */
function idOf(id: string): string {
  return id.replace(/^arn:.*:build\//, '');
}

/** e.g. `deploy-role/session`, or a user's name. */
function initiatorOf(caller: Caller): string {
  return caller.service ?? caller.arn.replace(/^.*:(assumed-role\/)?/, '');
}

/** What started a build, so that RetryBuild starts the same whatever its project is by now. */
function inputOf(build: BuildRecord): StartBuildInput {
  return {
    projectName: build.projectName,
    sourceVersion: build.sourceVersion,
    sourceTypeOverride: build.source.type,
    sourceLocationOverride: build.source.location,
    buildspecOverride: build.source.buildspec,
    secondarySourcesOverride: build.secondarySources,
    secondarySourcesVersionOverride: build.secondarySourceVersions,
    artifactsOverride: build.destination,
    cacheOverride: build.cache,
    environmentVariablesOverride: build.environment.environmentVariables,
    serviceRoleOverride: build.serviceRole,
    timeoutInMinutesOverride: build.timeoutInMinutes,
  };
}
