/** One push, followed to its end: redriven, as an operator would, for as long as it fails. */
import { setTimeout as wait } from 'node:timers/promises';
import { git } from '../../cli/repository.ts';
import { commitAll, writeFiles } from '../support/journey.ts';
import { tinySite } from './site.ts';
import type { Towpath } from './towpath.ts';

export interface Ended {
  /** The deployment's id. */
  id: string;
  /** How often it was redriven until it succeeded. */
  redrives: number;
  /** The errors that the redrives were for. */
  failures: string[];
}

const POLL_MILLISECONDS = 40;
/** All tries of a step whose every try waits for its calls' time-outs: minutes, even in haste. */
const LIMIT_MILLISECONDS = 400_000;
const MAX_REDRIVES = 3;
/** Long enough for an event, and for Lambda's own two retries of it. */
const RECONCILE_MILLISECONDS = 4_000;
const TOLD_MILLISECONDS = 12_000;
/** As long as no AWS call is made, everything that the deployment set off has ended. */
const QUIET_MILLISECONDS = 250;

interface Execution {
  executionArn: string;
  name: string;
  status: string;
  error?: string;
  cause?: string;
}

/** The answer of `ask`, once it has one. Throws what it waited for when it takes too long. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + LIMIT_MILLISECONDS; Date.now() < end; await wait(POLL_MILLISECONDS)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`${what} did not come within ${LIMIT_MILLISECONDS / 1000} s`);
}

export async function pushText(folder: string, remote: string, text: string): Promise<void> {
  writeFiles(folder, tinySite(text));
  await commitAll(folder, text);
  await git(folder, 'push', '--quiet', '--force', remote, 'HEAD:refs/heads/main');
}

/** Follows the newest deployment of the site that is none of `known`. `failed`: before it is redriven. */
export async function followDeployment(
  towpath: Towpath,
  site: string,
  known: string[],
  failed: () => void,
): Promise<Ended> {
  const id = await until('a deployment', async () =>
    (await deploymentsOf(towpath, site)).find((id) => !known.includes(id)),
  );
  const executionArn = `${towpath.cloud.outputs.DeployStateMachineArn?.replace(':stateMachine:', ':execution:')}:${id}`;
  const failures: string[] = [];
  for (;;) {
    const execution = await until(`the end of execution ${id}`, () => ended(towpath, executionArn));
    if (execution.status === 'SUCCEEDED') break;
    failures.push(`${execution.error}: ${execution.cause}`.slice(0, 150));
    if (failures.length > MAX_REDRIVES)
      throw new Error(`${id} was redriven ${MAX_REDRIVES} times: ${failures.join(' | ')}`);
    failed();
    await towpath.aws('states', 'RedriveExecution', { executionArn });
  }
  await recorded(towpath, id);
  await toldOrLate(towpath, id);
  return { id, redrives: failures.length, failures };
}

/** As its event tells, or else reconcile finds out. */
async function recorded(towpath: Towpath, id: string): Promise<void> {
  let reconciled = Date.now();
  await until(`the record that ${id} succeeded`, async () => {
    if ((await statusOf(towpath, id)) === 'succeeded') return true;
    if (Date.now() - reconciled < RECONCILE_MILLISECONDS) return undefined;
    await reconcile(towpath);
    reconciled = Date.now();
  });
}

/**
 * The record is written before anybody is told; Lambda's second retry of that comes after three seconds. So the beginning may
 * be told after the end. No AWS call is made while Lambda waits: it looks as if all were quiet.
 */
async function toldOrLate(towpath: Towpath, id: string): Promise<void> {
  const kinds = ['deployment.succeeded', ...(towpath.hearsAll ? ['deployment.started'] : [])];
  const isTold = async () => {
    const events = await towpath.events();
    return kinds.every((wanted) => events.some(({ deployment, kind }) => deployment === id && kind === wanted));
  };
  for (const end = Date.now() + TOLD_MILLISECONDS; Date.now() < end && !(await isTold()); )
    await wait(POLL_MILLISECONDS);
}

/** As its schedule does every few minutes: it finds the ends whose events were lost. */
async function reconcile({ aws }: Towpath): Promise<void> {
  await aws('lambda', 'Invoke', { FunctionName: 'towpath-control-dev-reconcile', Payload: Buffer.from('{}') });
}

async function ended(towpath: Towpath, executionArn: string): Promise<Execution | undefined> {
  try {
    const execution = await towpath.aws<Execution>('states', 'DescribeExecution', { executionArn });
    return execution.status === 'RUNNING' ? undefined : execution;
  } catch (error) {
    // Its webhook is on its way.
    if ((error as { code?: string }).code === 'ExecutionDoesNotExist') return undefined;
    throw error;
  }
}

interface Item {
  [name: string]: { S?: string };
}

/** Ids, oldest first. */
async function deploymentsOf({ aws, cloud }: Towpath, site: string): Promise<string[]> {
  const { Items } = await aws<{ Items: Item[] }>('dynamodb', 'Query', {
    TableName: cloud.outputs.TableName,
    IndexName: 'gsi1',
    KeyConditionExpression: 'gsi1pk = :site',
    ExpressionAttributeValues: { ':site': { S: `SITE#${site}` } },
  });
  return Items.map(({ id }) => id?.S ?? '').sort();
}

async function statusOf({ aws, cloud }: Towpath, id: string): Promise<string | undefined> {
  const Key = { pk: { S: `DEPLOYMENT#${id}` }, sk: { S: 'DEPLOYMENT' } };
  const { Item } = await aws<{ Item?: Item }>('dynamodb', 'GetItem', { TableName: cloud.outputs.TableName, Key });
  return Item?.status?.S;
}

/** Resolves once no AWS call has come for a while. `calls` grows with each. */
export async function quiet(calls: unknown[]): Promise<void> {
  for (let seen = -1; seen !== calls.length; ) {
    seen = calls.length;
    await wait(QUIET_MILLISECONDS);
  }
}
