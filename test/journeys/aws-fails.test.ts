/**
 * AWS on a bad day, from a push to a live site: calls are throttled, a function dies after its work is done, a distribution
 * does not deploy in time. Each deployment recovers, or fails where it stands and goes on from there, repeating nothing.
 */
import { join } from 'node:path';
import { LambdaClient, ListVersionsByFunctionCommand, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answer, connect } from '../../cli/api.ts';
import { deployRepository } from '../../cli/deploy.ts';
import { follow } from '../../cli/follow.ts';
import { inspectRepository } from '../../cli/repository.ts';
import { STEPS, type StepName } from '../../domain/deployment.ts';
import type { Fault } from '../../local-cloud/faults/index.ts';
import type { Traps } from '../../local-cloud/index.ts';
import { tinySite } from '../faults/site.ts';
import { beginJourney, commitAll, type Journey, makeRepository, writeFiles } from '../support/journey.ts';
import { freePorts } from '../support/ports.ts';
import { processesWith } from '../support/processes.ts';
import { until } from '../support/until.ts';

const TIMEOUT = 120_000;
/** More than Step Functions tries a step. */
const MANY = 12;
/** Status events come late and twice, new roles cannot be assumed at once; and nobody waits minutes between two tries. */
const TRAPS: Traps = {
  roleRefusals: 1,
  statusEvents: { seed: 2026, doubled: 0.5, lateMilliseconds: 300 },
  retryHaste: 20,
};
/** A distribution that stays `InProgress` for an hour, and all tries of AwaitDistribution within seconds. */
const NEVER_DEPLOYED: Traps = { ...TRAPS, propagationMilliseconds: 3_600_000, retryHaste: 5_000 };

const ORDER: readonly string[] = STEPS;

let journey: Journey;
beforeAll(async () => {
  journey = await beginJourney(undefined, { traps: TRAPS, port: await freePorts() });
}, 120_000);
afterAll(() => journey?.end());

const callerOf = (name: string) => `towpath-control-dev-${name}-us-east-1-lambdaRole`;
const client = () => {
  const { endpoint, region, credentials } = journey.workspace.cloud;
  return { endpoint, region, credentials };
};

/** Every call of that kind fails, whichever try it is. */
function failAll(fault: Fault): () => void {
  const { faults } = journey.workspace.cloud;
  const injected = Array.from({ length: MANY }, (_, index) =>
    faults.inject({ ...fault, nth: index + 1, attempts: 'all' }),
  );
  return () => {
    for (const one of injected) one.remove();
  };
}

async function push(app: string, text: string) {
  const folder = join(journey.folder, app);
  await makeRepository(folder, tinySite('none'));
  writeFiles(folder, tinySite(text));
  await commitAll(folder, text);
  return deployRepository(journey.workspace.running, await inspectRepository(folder), { app, show: () => {} });
}

const read = (id: string) => answer(connect(journey.workspace.running).deployments[':id'].$get({ param: { id } }));

async function replay(id: string) {
  const api = connect(journey.workspace.running);
  const replayed = await answer(api.deployments[':id'].replay.$post({ param: { id } }));
  expect(replayed).toEqual({ how: 'redriven', deployment: id });
  const { status } = await follow(api, id, () => {});
  return { status, error: (await read(id)).error };
}

const LIVE = { status: 'succeeded', error: undefined };

/** The steps in the order in which they were entered, each try of one, and what failed. */
async function historyOf(id: string) {
  const states = new SFNClient(client());
  const executionArn = (await read(id)).executionArn ?? '';
  const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  states.destroy();
  const stepOf = ({ previousEventId = 0 }: HistoryEvent): string => {
    const previous = events[previousEventId - 1];
    return previous?.stateEnteredEventDetails?.name ?? (previous ? stepOf(previous) : '');
  };
  const tried = events.filter(({ type }) => type === 'TaskScheduled').map(stepOf);
  const failures = events.flatMap(({ taskFailedEventDetails: failed }) => (failed ? [failed.error] : []));
  const entered = events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
  return { entered: entered.filter((state) => ORDER.includes(state)), tried, failures };
}

async function pageOf(app: string): Promise<string> {
  const { cloud } = journey.workspace;
  const domain = (await answer(connect(journey.workspace.running).apps[':app'].sites.$get({ param: { app } })))[0]
    ?.distributionDomain;
  const url = cloud.siteUrls().find(({ domainName }) => domainName === domain)?.url;
  return (await fetch(`${url}/now`)).text();
}

/** None of a function that is not there yet. */
async function versionsOf(FunctionName: string): Promise<(string | undefined)[]> {
  const lambda = new LambdaClient(client());
  try {
    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    return Versions.map(({ Version }) => Version);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  } finally {
    lambda.destroy();
  }
}

/** Tries of the steps before that one: a replay adds none. A step that meets a trap is tried twice the first time. */
const triesBefore = (step: StepName, { tried }: { tried: string[] }) =>
  tried.filter((one) => ORDER.indexOf(one) < ORDER.indexOf(step));

test(
  'a throttled CloudFront call is tried again by itself, and the deployment goes live',
  async () => {
    const { faults } = journey.workspace.cloud;
    const fault = faults.inject({
      service: 'cloudfront',
      operation: 'UpdateDistribution',
      way: 'throttle',
      attempts: 'all',
    });
    const { status, deploymentId } = await push('throttled', 'after the throttle');
    fault.remove();
    expect([status, fault.failed.length]).toEqual(['succeeded', 3]);
    const { entered, tried, failures } = await historyOf(deploymentId);
    expect(entered).toEqual(STEPS);
    expect(tried.filter((step) => step === 'UpdateDistribution')).toHaveLength(2);
    // The role that was new, and the throttle.
    expect(tried.filter((step) => step === 'PublishFunctions')).toHaveLength(2);
    expect(failures).toEqual(['TransientAwsError', 'TransientAwsError']);
    expect(await pageOf('throttled')).toBe('rendered: after the throttle');
  },
  TIMEOUT,
);

test(
  'CloudFront throttles longer than anybody waits: the deployment fails there, and its replay goes on from there',
  async () => {
    const relent = failAll({ service: 'cloudfront', operation: 'UpdateDistribution', way: 'throttle' });
    const { status, deploymentId } = await push('refused', 'at last');
    relent();
    expect(status).toBe('failed');
    expect(await read(deploymentId)).toMatchObject({
      error: { code: 'TransientAwsError', step: 'UpdateDistribution' },
    });
    const failed = await historyOf(deploymentId);
    expect(await replay(deploymentId)).toEqual(LIVE);
    const replayed = await historyOf(deploymentId);
    expect(replayed.entered).toEqual(STEPS);
    expect(triesBefore('UpdateDistribution', replayed)).toEqual(triesBefore('UpdateDistribution', failed));
    expect(await pageOf('refused')).toBe('rendered: at last');
  },
  TIMEOUT,
);

test(
  'a publish that dies after AWS has done its work publishes nothing twice when it is replayed',
  async () => {
    const { cloud } = journey.workspace;
    // The version is there, but its answer never comes; while it waits for it, the function is killed.
    const hang = cloud.faults.inject({
      caller: callerOf('publishFunctions'),
      service: 'lambda',
      operation: 'PublishVersion',
      way: 'lost',
      heldMilliseconds: 60_000,
    });
    const pushed = push('crashed', 'published once');
    await until(async () => (await versionsOf('towpath-dev-crashed-main-default')).includes('1'));
    const victims = processesWith([
      'AWS_LAMBDA_FUNCTION_NAME=towpath-control-dev-publishFunctions',
      `AWS_ENDPOINT_URL=${cloud.endpoint}`,
    ]);
    expect(victims).toHaveLength(1);
    for (const pid of victims) process.kill(pid, 'SIGKILL');
    const { status, deploymentId } = await pushed;
    hang.remove();
    expect(status).toBe('failed');
    expect(await read(deploymentId)).toMatchObject({ error: { step: 'PublishFunctions' } });
    const failed = await historyOf(deploymentId);

    expect(await replay(deploymentId)).toEqual(LIVE);
    const replayed = await historyOf(deploymentId);
    expect(replayed.entered).toEqual(STEPS);
    expect(triesBefore('PublishFunctions', replayed)).toEqual(triesBefore('PublishFunctions', failed));
    expect(await versionsOf('towpath-dev-crashed-main-default')).toEqual(['$LATEST', '1']);
    expect(await pageOf('crashed')).toBe('rendered: published once');
  },
  TIMEOUT,
);

test(
  'a distribution that is not deployed in time fails AwaitDistribution; replayed once it is, the deployment goes live',
  async () => {
    await journey.restart(NEVER_DEPLOYED);
    const { status, deploymentId } = await push('slow', 'in the end');
    expect(status).toBe('failed');
    expect(await read(deploymentId)).toMatchObject({
      status: 'failed',
      error: { code: 'DistributionInProgress', step: 'AwaitDistribution' },
    });
    const failed = await historyOf(deploymentId);
    expect(failed.tried.filter((step) => step === 'AwaitDistribution')).toHaveLength(131);

    await journey.restart(TRAPS);
    expect(await replay(deploymentId)).toEqual(LIVE);
    const replayed = await historyOf(deploymentId);
    expect(replayed.entered).toEqual(STEPS);
    expect(triesBefore('AwaitDistribution', replayed)).toEqual(triesBefore('AwaitDistribution', failed));
    expect(await pageOf('slow')).toBe('rendered: in the end');
  },
  TIMEOUT,
);
