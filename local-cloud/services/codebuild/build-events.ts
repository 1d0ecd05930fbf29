/**
 * EventBridge's "CodeBuild Build State Change" and "CodeBuild Build Phase Change".
 * https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
 */
import { type BuildRecord, deepLinkOf, type PhaseRecord } from './records.ts';

export function stateEvent(build: BuildRecord, now: number): object {
  const detail = {
    'build-status': build.buildStatus,
    'project-name': build.projectName,
    'build-id': build.arn,
    'additional-information': additionalInformation(build),
    'current-phase': build.currentPhase,
    'current-phase-context': '[]',
    version: '1',
  };
  return entry('CodeBuild Build State Change', build, detail, now);
}

/** Its time is when the phase began, as AWS's is. */
export function phaseEvent(build: BuildRecord, phase: PhaseRecord): object {
  const detail = {
    'completed-phase': phase.phaseType,
    'project-name': build.projectName,
    'build-id': build.arn,
    'completed-phase-context': `[${contextsOf(phase).join(', ')}]`,
    'additional-information': additionalInformation(build),
    'completed-phase-status': phase.phaseStatus,
    'completed-phase-duration-seconds': phase.durationInSeconds,
    version: '1',
    'completed-phase-start': eventTime(phase.startTime),
    'completed-phase-end': phase.endTime === undefined ? undefined : eventTime(phase.endTime),
  };
  return entry('CodeBuild Build Phase Change', build, detail, phase.startTime);
}

const entry = (DetailType: string, build: BuildRecord, detail: object, time: number) => ({
  Source: 'aws.codebuild',
  DetailType,
  Resources: [build.arn],
  Detail: JSON.stringify(detail),
  Time: new Date(time),
});

function additionalInformation(build: BuildRecord): object {
  const { groupName, streamName } = build.logs;
  return {
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
    // Without names until the build has its stream.
    logs: { 'group-name': groupName, 'stream-name': streamName, 'deep-link': deepLinkOf(build) },
    phases: build.phases.map((phase) => ({
      'phase-type': phase.phaseType,
      'phase-status': phase.phaseStatus,
      'phase-context': contextsOf(phase),
      'start-time': eventTime(phase.startTime),
      'end-time': phase.endTime === undefined ? undefined : eventTime(phase.endTime),
      'duration-in-seconds': phase.durationInSeconds,
    })),
  };
}

const contextsOf = ({ contexts = [] }: PhaseRecord) =>
  contexts.map(({ statusCode, message }) => `${statusCode}: ${message}`);

const FORMAT = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

/** e.g. `Sep 1, 2017 4:12:29 PM`. */
function eventTime(time: number): string {
  return FORMAT.format(time)
    .replace(/, (\d+:)/, ' $1')
    .replaceAll('\u202f', ' ');
}
