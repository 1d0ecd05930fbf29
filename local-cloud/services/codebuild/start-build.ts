/** The record of a new build, from its project and what StartBuild overrides: pure. */
import type { EnvironmentVariable, LogsConfig, ProjectSource, StartBuildInput } from '@aws-sdk/client-codebuild';
import { AwsError } from '../../protocol/aws-error.ts';
import { splitLocation } from './inputs.ts';
import type { BuildRecord, ProjectRecord } from './records.ts';

export interface BuildIdentity {
  /** A uuid. */
  name: string;
  number: number;
  arn: string;
  initiator: string;
  now: number;
}

const SOURCE_TYPES = ['S3', 'NO_SOURCE'];
/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html */
const MIN_TIMEOUT_MINUTES = 5;
const MAX_TIMEOUT_MINUTES = 2160;

/** Overrides that would change what the build does here, and are not emulated. */
const REFUSED = [
  'secondaryArtifactsOverride',
  'buildStatusConfigOverride',
  'fleetOverride',
  'hostKernelOverride',
  'registryCredentialOverride',
  'sourceAuthOverride',
  'debugSessionEnabled',
] as const;

/** Throws InvalidInputException. */
export function composeBuild(project: ProjectRecord, input: StartBuildInput, identity: BuildIdentity): BuildRecord {
  for (const name of REFUSED) {
    if (input[name]) throw new AwsError('InvalidInputException', `${name} is not emulated by the local cloud`);
  }
  const { now, name } = identity;
  const build: BuildRecord = {
    id: `${project.name}:${name}`,
    arn: identity.arn,
    buildNumber: identity.number,
    startTime: now,
    currentPhase: 'QUEUED',
    buildStatus: 'IN_PROGRESS',
    sourceVersion: input.sourceVersion ?? (project.sourceVersion as string | undefined),
    projectName: project.name,
    phases: [
      { phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED', startTime: now, endTime: now, durationInSeconds: 0 },
      { phaseType: 'QUEUED', startTime: now },
    ],
    source: composeSource(project.source, input),
    secondarySources: input.secondarySourcesOverride ?? (project.secondarySources as ProjectSource[] | undefined) ?? [],
    secondarySourceVersions:
      input.secondarySourcesVersionOverride ??
      (project.secondarySourceVersions as BuildRecord['secondarySourceVersions'] | undefined) ??
      [],
    destination: input.artifactsOverride ?? project.artifacts,
    cache: input.cacheOverride ?? (project.cache as BuildRecord['cache'] | undefined) ?? { type: 'NO_CACHE' },
    environment: {
      ...project.environment,
      type: input.environmentTypeOverride ?? project.environment.type,
      image: input.imageOverride ?? project.environment.image,
      computeType: input.computeTypeOverride ?? project.environment.computeType,
      environmentVariables: mergeVariables(
        project.environment.environmentVariables ?? [],
        input.environmentVariablesOverride ?? [],
      ),
    },
    serviceRole: input.serviceRoleOverride ?? project.serviceRole,
    ...composeLogs(project, input.logsConfigOverride, name),
    timeoutInMinutes: input.timeoutInMinutesOverride ?? project.timeoutInMinutes,
    queuedTimeoutInMinutes: input.queuedTimeoutInMinutesOverride ?? project.queuedTimeoutInMinutes,
    buildComplete: false,
    initiator: identity.initiator,
    exportedEnvironmentVariables: [],
  };
  checkSources(build);
  checkTimeout(build.timeoutInMinutes);
  return build;
}

export function checkTimeout(minutes: number): void {
  if (minutes >= MIN_TIMEOUT_MINUTES && minutes <= MAX_TIMEOUT_MINUTES) return;
  throw new AwsError(
    'InvalidInputException',
    `Invalid timeout: ${minutes} minutes; it must be ${MIN_TIMEOUT_MINUTES} to ${MAX_TIMEOUT_MINUTES}`,
  );
}

function composeSource(source: ProjectSource, input: StartBuildInput): ProjectSource {
  return {
    ...source,
    type: input.sourceTypeOverride ?? source.type,
    location: input.sourceLocationOverride ?? source.location,
    buildspec: input.buildspecOverride ?? source.buildspec,
  };
}

function checkSources(build: BuildRecord): void {
  for (const { type, location, sourceIdentifier } of [build.source, ...build.secondarySources]) {
    if (!SOURCE_TYPES.includes(type ?? '')) {
      throw new AwsError('InvalidInputException', `The source type ${type} is not emulated by the local cloud`);
    }
    const key = splitLocation(location ?? '').key;
    if (type === 'S3' && (key === '' || key.endsWith('/'))) {
      throw new AwsError('InvalidInputException', `An S3 source is bucket/key of a ZIP, not ${location}`);
    }
    if (sourceIdentifier !== undefined && !/^[A-Za-z0-9_]{1,128}$/.test(sourceIdentifier)) {
      throw new AwsError('InvalidInputException', `Invalid sourceIdentifier: ${sourceIdentifier}`);
    }
  }
  if (build.source.type === 'NO_SOURCE' && !build.source.buildspec) {
    throw new AwsError('InvalidInputException', 'A build without a source needs an inline buildspec');
  }
}

/** By name: the start's win over the project's. */
function mergeVariables(project: EnvironmentVariable[], start: EnvironmentVariable[]): EnvironmentVariable[] {
  return [...new Map([...project, ...start].map((variable) => [variable.name, variable])).values()];
}

function composeLogs(
  project: ProjectRecord,
  override: LogsConfig | undefined,
  stream: string,
): Pick<BuildRecord, 'logs' | 'logDestination'> {
  const config = override?.cloudWatchLogs ?? (project.logsConfig as LogsConfig | undefined)?.cloudWatchLogs;
  const logs = { cloudWatchLogs: config ?? { status: 'ENABLED' as const } };
  if (config?.status === 'DISABLED') return { logs };
  return {
    logs,
    logDestination: {
      groupName: config?.groupName ?? `/aws/codebuild/${project.name}`,
      streamName: config?.streamName ? `${config.streamName}/${stream}` : stream,
    },
  };
}
