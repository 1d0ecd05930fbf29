/**
 * What a re-run lives through: the state machines are deployed once more, then a first deployment with a secret, visitors, a second one, a
 * rollback, and the site's end.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  DescribeStateMachineCommand,
  paginateListStateMachines,
  SFNClient,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { connect, type TowpathApi } from '../../cli/api.ts';
import { isFinal } from '../../domain/deployment.ts';
import { pushText } from '../faults/deployment.ts';
import { tinySite } from '../faults/site.ts';
import type { Towpath } from '../faults/towpath.ts';
import { makeRepository } from '../support/journey.ts';

/** Why the story broke off. */
export class Broken extends Error {}

const POLL_MILLISECONDS = 50;
const LIMIT_MILLISECONDS = 300_000;
/** From a refused call on: whoever is refused fails at once, or goes on without. */
const PATIENCE_MILLISECONDS = 6_000;

interface Teller {
  api: TowpathApi;
  site: string;
  /** How many calls were refused so far. */
  refusals: () => number;
}

/** Resolves with what `ask` answers. Broken when that takes too long, sooner once a call was refused. */
async function until<T>(what: string, ask: () => Promise<T | undefined>, { refusals }: Teller): Promise<T> {
  const start = Date.now();
  let refusedAt: number | undefined;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (refusals() > 0) refusedAt ??= Date.now();
    const isLate = refusedAt !== undefined && Date.now() - refusedAt > PATIENCE_MILLISECONDS;
    if (isLate || Date.now() - start > LIMIT_MILLISECONDS) throw new Broken(`${what} does not come`);
    await wait(POLL_MILLISECONDS);
  }
}

async function asked<T>(what: string, pending: Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>) {
  const answer = await pending;
  if (!answer.ok) throw new Broken(`${what}: the API answers ${answer.status}`);
  return (await answer.json()) as T;
}

/** Of the newest deployment of the site that is none of `known`. */
async function succeeded(what: string, known: Set<string>, teller: Teller): Promise<void> {
  const { api, site } = teller;
  const ended = await until(
    what,
    async () => {
      const listed = await asked<{ id: string; status: 'queued'; error?: { code: string; step?: string } }[]>(
        what,
        api.sites[':site'].deployments.$get({ param: { site } }),
      );
      return listed.find(({ id, status }) => !known.has(id) && isFinal(status));
    },
    teller,
  );
  known.add(ended.id);
  const { status, error } = ended;
  if ((status as string) !== 'succeeded') throw new Broken(`${what} ${status} in ${error?.step} (${error?.code})`);
}

/** Tells it of an app of its own. Throws Broken where it goes otherwise than it should. */
export async function tellStory(towpath: Towpath, app: string, refusals: () => number): Promise<void> {
  const { api: url, token } = towpath;
  const api = connect({ api: url, token });
  const teller: Teller = { api, site: `${app}-main`, refusals };
  const { site } = teller;
  await redeployMachines(towpath);
  const remote = await towpath.connect(app).catch((error: Error) => {
    throw new Broken(error.message);
  });
  const given = { kind: 'secret', value: 'a secret of twenty characters' } as const;
  const variable = { param: { app, name: 'TOKEN' }, json: { scope: 'app', given } };
  await asked('a secret', api.apps[':app'].variables[':name'].$put(variable as never));
  const folder = join(towpath.folder, 'repositories', app);
  mkdirSync(folder, { recursive: true });
  await makeRepository(folder, tinySite('none'));
  const known = new Set<string>();
  for (const text of ['first', 'second']) {
    await pushText(folder, remote, text);
    await succeeded(`the ${text} deployment`, known, teller);
    await visit(towpath, text);
  }
  await asked('a rollback', api.sites[':site'].rollback.$post({ param: { site } }));
  await succeeded('the rollback', known, teller);
  await asked('a removal', api.sites[':site'].$delete({ param: { site } }));
  await succeeded('the removal', known, teller);
}

/** As CloudFormation does when the template has changed: Step Functions looks at their roles again. */
async function redeployMachines({ cloud: { endpoint, region, credentials } }: Towpath): Promise<void> {
  const client = new SFNClient({ endpoint, region, credentials });
  try {
    for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {})) {
      for (const { stateMachineArn, name } of stateMachines) {
        const found = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
        const { definition, roleArn, loggingConfiguration } = found;
        const same = { stateMachineArn, definition, roleArn, loggingConfiguration };
        await client.send(new UpdateStateMachineCommand(same)).catch((error: Error) => {
          throw new Broken(`the state machine ${name} is not deployed: ${error.name}`);
        });
      }
    }
  } finally {
    client.destroy();
  }
}

/** The one site that there is: a page of the bucket, and one that is rendered. */
async function visit({ cloud }: Towpath, text: string): Promise<void> {
  const url = cloud.siteUrls().at(-1)?.url ?? '';
  for (const [path, shown] of [
    ['/', text],
    ['/now', `rendered: ${text}`],
  ] as const) {
    const answer = await fetch(`${url}${path}`).catch((error: Error) => {
      throw new Broken(`${path} of the site: ${error.message}`);
    });
    if (!(await answer.text()).includes(shown)) throw new Broken(`${path} of the site is ${answer.status}`);
  }
}
