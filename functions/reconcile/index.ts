import middy from '@middy/core';
import { tableClient } from '../../aws/clients.ts';
import { createHeadStore } from '../../aws/table/heads.ts';
import { deploy } from '../../lifecycle/deploy.ts';
import { createDns } from '../../lifecycle/dns.ts';
import { branchesOf, headOf } from '../../lifecycle/heads.ts';
import { createReleaseAt } from '../../lifecycle/release-at.ts';
import { lifecyclePorts } from '../../lifecycle/wiring.ts';
import { environment } from '../../middleware/environment.ts';
import { type ReconcilePorts, run } from './run.ts';

const { TABLE_NAME, NAME_SERVERS } = environment('TABLE_NAME', 'NAME_SERVERS');
const table = { client: tableClient(), name: TABLE_NAME };
const lifecycle = lifecyclePorts();
const ports: ReconcilePorts = {
  ...lifecycle,
  headOf: (app, branch) => headOf(app, { branch }, lifecycle),
  branchesOf: (app) => branchesOf(app, lifecycle),
  heads: createHeadStore(table),
  dns: createDns(NAME_SERVERS),
  releaseAt: createReleaseAt(),
  deploy: (app, commit) => deploy(app, commit, lifecycle),
};

export const handler = middy<unknown>().handler(() => run(ports));
