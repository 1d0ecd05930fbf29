/** Events of every kind, and of every sort that makes a difference. */
import type { DeploymentRecord } from '../../../../domain/deployment.ts';
import { EVENTS, type EventKind, type TowpathEvent } from '../../../../domain/events.ts';
import { eventDeployment } from '../../../support/event-deployment.ts';

export function event(kind: EventKind, change: Partial<DeploymentRecord> = {}): TowpathEvent {
  const more = {
    restored: '01JD0000000000000000000000',
    page: '/clock',
    generatedAt: '2026-11-20T09:00:00Z',
    names: ['example.com', 'www.example.com'],
  };
  const detail = EVENTS[kind].parse({ deployment: eventDeployment(change), ...more });
  return { kind, id: 'e-1', time: '2026-11-20T10:01:00Z', detail } as TowpathEvent;
}

const failure = {
  status: 'failed',
  finishedAt: '2026-11-20T10:00:59.000Z',
  error: {
    code: 'NO_PACKAGE_JSON',
    message: 'There is no package.json in ".": a Next.js app has one.',
    remedy: 'Set the app root to the folder that has it.',
    step: 'Detect',
  },
} as const;

export const SAMPLES: Record<string, TowpathEvent> = {
  started: event('deployment.started'),
  queued: event('deployment.queued', { status: 'queued' }),
  replayed: event('deployment.started', { redriveCount: 1 }),
  succeeded: event('deployment.succeeded', { status: 'succeeded', url: 'https://d111.cloudfront.net' }),
  promoted: event('deployment.succeeded', {
    status: 'succeeded',
    url: 'https://d111.cloudfront.net',
    promotes: { release: '01JD0000000000000000000000' },
  }),
  failed: event('deployment.failed', failure),
  'failed-without-a-step': event('deployment.failed', {
    status: 'failed',
    error: { code: 'UNKNOWN', message: 'The execution gave no reason.' },
  }),
  'step-failed': event('deployment.step_failed', failure),
  superseded: event('deployment.superseded', {
    status: 'superseded',
    error: { code: 'SUPERSEDED', message: 'Deployment 4 of a newer commit took its place.' },
  }),
  skipped: event('deployment.skipped', {
    status: 'skipped',
    error: {
      code: 'UNCHANGED',
      message: 'Nothing that this app is built from has changed since commit 5ca1ab1, which is live.',
    },
  }),
  aborted: event('deployment.aborted', { status: 'aborted', error: { code: 'ABORTED', message: 'Stopped.' } }),
  'rolled-back': event('deployment.rolled_back', { ...failure, error: { ...failure.error, step: 'Verify' } }),
  'site-removed': event('site.removed', { status: 'succeeded', removes: true }),
  'preview-ready': event('preview.ready', {
    status: 'succeeded',
    preview: { number: 12, isFork: false },
    url: 'https://d111.cloudfront.net',
  }),
  'preview-removed': event('preview.removed', {
    status: 'succeeded',
    removes: true,
    preview: { number: 12, isFork: false },
  }),
  'domain-ready': event('domain.ready', { status: 'succeeded' }),
  'dead-page': event('regeneration.dead-lettered', { status: 'succeeded' }),
  hostile: event('deployment.failed', {
    ...failure,
    commit: {
      ...eventDeployment().commit,
      branch: 'fix/<@U123>&co',
      message: '<!channel> *bold* `code` & <https://evil.example|click>\n\nbody',
    },
    error: { code: 'BUILD_FAILED', message: 'Type error: Array<string> & <!here> is no &lt;', step: 'Build' },
  }),
  'without-a-commit-message': event('deployment.started', { commit: { ...eventDeployment().commit, message: '' } }),
};
