import middy from '@middy/core';
import { distributionsClient, edgeLambdaClient, tableClient } from '../../aws/clients.ts';
import { createEdgeFunctions } from '../../aws/functions.ts';
import { createAccessStore } from '../../aws/table/access.ts';
import { createSiteStore } from '../../aws/table/sites.ts';
import { createTombstoneStore } from '../../aws/table/tombstones.ts';
import { createViewerFunctions } from '../../aws/viewer-functions.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { run } from './run.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const table = { client: tableClient(), name: TABLE_NAME };
const ports = {
  tombstones: createTombstoneStore(table),
  functions: createEdgeFunctions(edgeLambdaClient()),
  sites: createSiteStore(table),
  access: createAccessStore(table),
  viewerFunctions: createViewerFunctions(distributionsClient()),
  deployer: deployer(),
  now: () => new Date(),
  log: (entry: object) => console.log(JSON.stringify(entry)),
};

export const handler = middy<unknown>().handler(() => run(ports));
