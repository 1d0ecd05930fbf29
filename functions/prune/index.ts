import middy from '@middy/core';
import { createArtifactStore } from '../../aws/artifacts.ts';
import { edgeLambdaClient, regionalLambdaClient, s3Client } from '../../aws/clients.ts';
import { createEdgeFunctions } from '../../aws/functions.ts';
import { logsOfRegions } from '../../aws/logs.ts';
import { passSlot } from '../../lifecycle/slot.ts';
import { lifecyclePorts } from '../../lifecycle/wiring.ts';
import { deployer, environment } from '../../middleware/environment.ts';
import { run } from './run.ts';

const { ARTIFACT_BUCKET } = environment('ARTIFACT_BUCKET');
const lifecycle = lifecyclePorts();
const ports = {
  ...lifecycle,
  artifacts: createArtifactStore(s3Client()),
  artifactBucket: ARTIFACT_BUCKET,
  functions: createEdgeFunctions(edgeLambdaClient()),
  regionalFunctions: createEdgeFunctions(regionalLambdaClient()),
  logsIn: logsOfRegions(),
  deployer: deployer(),
  passSlot: (site: string, holder: string) => passSlot(site, holder, lifecycle),
};

export const handler = middy<unknown>().handler(() => run(ports));
