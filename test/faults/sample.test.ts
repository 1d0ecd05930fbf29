/**
 * A sample of what `npm run test:faults` tries in full, with AWS's traps on: calls that fail, roles that cannot be assumed
 * yet, status events that are lost, doubled and late. Every deployment ends as the ones without a fault did.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { packageControlPlane } from '../../scripts/package.ts';
import { openAgenda, workOff } from './agenda.ts';
import { type Laboratory, openLaboratory, type Trial } from './laboratory.ts';
import { casesOf, shuffle } from './plan.ts';
import type { Verdict } from './trial.ts';

const SEED = 4711;
/** Each meets a company of faults in either of its deployments. */
const APPS = 4;
const TRAPS = {
  roleRefusals: 1,
  statusEvents: { seed: SEED, dropped: 0.1, doubled: 0.2, lateMilliseconds: 200 },
};

const folder = mkdtempSync(join(tmpdir(), 'towpath-faults-'));
let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await openLaboratory(join(folder, 'laboratory'), await packageControlPlane(), TRAPS);
}, 180_000);
afterAll(async () => {
  await laboratory?.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test('a deployment calls every service that it is made of', () => {
  const services = new Set(laboratory.targets.map(({ service }) => service));
  expect([...services]).toEqual(
    expect.arrayContaining(['cloudfront', 'dynamodb', 'events', 'iam', 'lambda', 's3', 'states']),
  );
});

test('whatever fails, it recovers, and ends as without the fault', async () => {
  const cases = shuffle(
    casesOf(
      laboratory.targets.filter(({ cold }) => !cold),
      ['once', 'always'],
    ),
    SEED,
  );
  const verdicts: Verdict[] = [];
  await workOff(openAgenda(cases, APPS), laboratory.attempt, (found) => verdicts.push(...found));
  expect(verdicts.filter(({ outcome }) => outcome === 'wrong')).toEqual([]);
  const met = verdicts.filter(({ outcome }) => outcome === 'retried' || outcome === 'redriven');
  expect(met.length).toBeGreaterThan(10 * APPS);
}, 600_000);

test('what fails for longer than it is tried fails the deployment; redriven, it ends as without the fault', async () => {
  // Always of the same state: where it waits for AWS, an outage takes all the minutes that it may wait.
  const ofPrepareSite = casesOf(laboratory.targets, ['outage']).filter(
    ({ run, way, caller }) => run === 'first' && way === 'throttle' && caller.includes('-prepareSite-'),
  );
  const trial: Trial = { first: ofPrepareSite, second: [] };
  expect(await laboratory.attempt(trial)).toEqual([expect.objectContaining({ outcome: 'redriven' })]);
}, 300_000);
