import { expect, test } from '@jest/globals';
import { EVENT_KINDS, EVENTS, parseEvent } from '../../../domain/events.ts';
import { eventDeployment } from '../../support/event-deployment.ts';

const envelope = (change: object = {}) => ({
  version: '0',
  id: 'e-1',
  source: 'towpath',
  'detail-type': 'deployment.started',
  account: '111122223333',
  time: '2026-11-20T10:00:02Z',
  region: 'eu-west-1',
  resources: [],
  detail: { version: 1, deployment: eventDeployment() },
  ...change,
});

test('an emitter need not say the version, and what is not the event’s stays behind', () => {
  const deployment = { ...eventDeployment(), environment: { TOKEN: 'secret' } };
  const detail = EVENTS['deployment.failed'].parse({ deployment, token: 'secret' });
  expect(detail).toEqual({ version: 1, deployment: eventDeployment() });
});

test('a long commit message is cut, and not in the middle of a character', () => {
  const commit = { ...eventDeployment().commit, message: `${'x'.repeat(1999)}🚲${'y'.repeat(100_000)}` };
  const { deployment } = EVENTS['deployment.failed'].parse({ deployment: eventDeployment({ commit }) });
  expect(deployment.commit.message).toBe('x'.repeat(1999));
});

test.each(EVENT_KINDS)('%s comes through the bus as it was emitted', (kind) => {
  const regeneration = { page: '/clock', generatedAt: '2026-11-20T09:00:00Z' };
  const more = { restored: '01JD0000000000000000000000', names: ['example.com'], ...regeneration };
  const given = { deployment: eventDeployment(), ...more };
  const emitted = JSON.parse(JSON.stringify(EVENTS[kind].parse(given)));
  expect(parseEvent(envelope({ 'detail-type': kind, detail: emitted }))).toEqual({
    kind,
    id: 'e-1',
    time: '2026-11-20T10:00:02Z',
    detail: emitted,
  });
});

test.each([
  ['no JSON object', undefined],
  ['another source', envelope({ source: 'aws.states' })],
  ['an unknown event', envelope({ 'detail-type': 'deployment.exploded' })],
  ['another version', envelope({ detail: { version: 2, deployment: eventDeployment() } })],
  ['a deployment without a commit', envelope({ detail: { deployment: { ...eventDeployment(), commit: undefined } } })],
])('%s is no event', (_, value) => {
  expect(parseEvent(value)).toBeUndefined();
});
