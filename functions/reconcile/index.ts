import middy from '@middy/core';
import { tableClient } from '../../aws/clients.ts';
import { createIgnoredStore } from '../../aws/table/ignored.ts';
import { deploy } from '../../lifecycle/deploy.ts';
import { branchHead } from '../../lifecycle/heads.ts';
import { lifecyclePorts } from '../../lifecycle/wiring.ts';
import { environment } from '../../middleware/environment.ts';
import { type ReconcilePorts, run } from './run.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const lifecycle = lifecyclePorts();
const ports: ReconcilePorts = {
  ...lifecycle,
  ignored: createIgnoredStore({ client: tableClient(), name: TABLE_NAME }),
  headOf: (app, branch) => branchHead(app, branch, lifecycle),
  deploy: (app, commit) => deploy(app, commit, lifecycle),
};

export const handler = middy<unknown>().handler(() => run(ports));
