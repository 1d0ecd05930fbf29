/** What the service keeps. Dates are milliseconds since the epoch; the rest has the SDK's shapes. */
import type {
  BuildArtifacts,
  LogsLocation,
  PhaseContext,
  ProjectArtifacts,
  ProjectCache,
  ProjectEnvironment,
  ProjectSource,
  ProjectSourceVersion,
  StatusType,
} from '@aws-sdk/client-codebuild';
import type { Collection, Records } from '../../runtime/records.ts';

/** A project as it was given, with the defaults filled in. */
export interface ProjectRecord {
  name: string;
  arn: string;
  created: number;
  lastModified: number;
  source: ProjectSource;
  artifacts: ProjectArtifacts;
  environment: ProjectEnvironment;
  serviceRole: string;
  timeoutInMinutes: number;
  queuedTimeoutInMinutes: number;
  concurrentBuildLimit?: number;
  /** Number of the latest build. */
  lastBuildNumber: number;
  [other: string]: unknown;
}

export interface PhaseRecord {
  phaseType: string;
  phaseStatus?: StatusType;
  startTime: number;
  endTime?: number;
  durationInSeconds?: number;
  contexts?: PhaseContext[];
}

export interface BuildRecord {
  id: string;
  arn: string;
  buildNumber: number;
  startTime: number;
  endTime?: number;
  currentPhase: string;
  buildStatus: StatusType;
  sourceVersion?: string;
  projectName: string;
  phases: PhaseRecord[];
  source: ProjectSource;
  secondarySources: ProjectSource[];
  secondarySourceVersions: ProjectSourceVersion[];
  /** Where its artifact is to be put. */
  destination: ProjectArtifacts;
  artifacts?: BuildArtifacts;
  cache: ProjectCache;
  environment: ProjectEnvironment;
  serviceRole: string;
  /** Where it logs to; told in `logs` once the stream is there. Undefined for a build without a log. */
  logDestination?: { groupName: string; streamName: string };
  logs: LogsLocation;
  timeoutInMinutes: number;
  queuedTimeoutInMinutes: number;
  buildComplete: boolean;
  initiator: string;
  exportedEnvironmentVariables: { name: string; value: string }[];
}

export interface StartedToken {
  buildId: string;
  at: number;
  /** Hash of the other parameters. */
  parameters: string;
}

export interface BuildRecords {
  /** By name. */
  projects: Collection<ProjectRecord>;
  /** By id. */
  builds: Collection<BuildRecord>;
  /** By idempotency token. */
  tokens: Collection<StartedToken>;
}

export function openBuildRecords(records: Records): BuildRecords {
  return {
    projects: records.collection('project'),
    builds: records.collection('build'),
    tokens: records.collection('token'),
  };
}

/** The console's page of the log. It has `null` for what is not known yet, as AWS's has. */
export function deepLinkOf({ arn, logs: { groupName = 'null', streamName = 'null' } }: BuildRecord): string {
  const region = arn.split(':')[3];
  return `https://console.aws.amazon.com/cloudwatch/home?region=${region}#logEvent:group=${groupName};stream=${streamName}`;
}

/** A build in the SDK's shape. */
export function describeBuild(build: BuildRecord): object {
  const { destination: _destination, logDestination: _logDestination, phases, startTime, endTime, ...rest } = build;
  return {
    ...rest,
    logs: { ...build.logs, deepLink: deepLinkOf(build) },
    startTime: new Date(startTime),
    endTime: endTime === undefined ? undefined : new Date(endTime),
    phases: phases.map((phase) => ({
      ...phase,
      startTime: new Date(phase.startTime),
      endTime: phase.endTime === undefined ? undefined : new Date(phase.endTime),
    })),
  };
}
