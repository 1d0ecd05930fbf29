/** EventBridge's "CodeBuild Build State Change". https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html */
import type { BuildRecord } from './records.ts';

export function stateEvent(build: BuildRecord, now: number): object {
  const { groupName, streamName } = build.logs;
  const detail = {
    'build-status': build.buildStatus,
    'project-name': build.projectName,
    'build-id': build.arn,
    'additional-information': {
      artifact: build.artifacts ?? {},
      environment: {
        image: build.environment.image,
        'privileged-mode': build.environment.privilegedMode ?? false,
        'compute-type': build.environment.computeType,
        type: build.environment.type,
        'environment-variables': build.environment.environmentVariables ?? [],
      },
      'timeout-in-minutes': build.timeoutInMinutes,
      'build-complete': build.buildComplete,
      'build-number': build.buildNumber,
      initiator: build.initiator,
      'build-start-time': eventTime(build.startTime),
      source: { type: build.source.type, location: build.source.location },
      logs: { 'group-name': groupName, 'stream-name': streamName },
      phases: build.phases.map((phase) => ({
        'phase-type': phase.phaseType,
        'phase-status': phase.phaseStatus,
        'phase-context': phase.contexts?.map(({ statusCode, message }) => `${statusCode}: ${message}`),
        'start-time': eventTime(phase.startTime),
        'end-time': phase.endTime === undefined ? undefined : eventTime(phase.endTime),
        'duration-in-seconds': phase.durationInSeconds,
      })),
    },
    'current-phase': build.currentPhase,
    'current-phase-context': '[]',
    version: '1',
  };
  return {
    Source: 'aws.codebuild',
    DetailType: 'CodeBuild Build State Change',
    Resources: [build.arn],
    Detail: JSON.stringify(detail),
    Time: new Date(now),
  };
}

const FORMAT = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

/** e.g. `Sep 1, 2017 4:12:29 PM`. */
function eventTime(time: number): string {
  return FORMAT.format(time)
    .replace(/, (\d+:)/, ' $1')
    .replaceAll('\u202f', ' ');
}
