/** What is this commit? Copies its source to S3 on the way, and says how to build it. */
import type { Readable } from 'node:stream';
import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { VariableStore } from '../../aws/table/variables.ts';
import type { Deployment } from '../../domain/deployment.ts';
import type { DeployInput, Detection } from '../../domain/pipeline.ts';
import { publicFingerprint, targetOf, variablesFor } from '../../domain/variables.ts';
import { normalRoot } from '../../preflight/source-tree.ts';
import { type CopiedSource, copySource } from './copy-source.ts';
import { buildEnvironment, decide } from './decide.ts';
import { nameFault } from './entry-path.ts';
import { problem } from './errors.ts';
import { storeTools } from './tools.ts';

export interface DetectPorts {
  /** The commit's tree as .tar.gz. */
  openArchive: (deployment: Deployment) => Promise<Readable>;
  variables: Pick<VariableStore, 'ofApp'>;
  artifacts: Pick<ArtifactStore, 'putStream' | 'putOnce' | 'head'>;
  bucket: string;
  /** Holds collect.mjs and use-node.mjs. */
  collectorFolder: string;
  /** buildspecs/build.yml */
  buildspecTemplate: () => Promise<string>;
}

export async function run({ deployment }: DeployInput, ports: DetectPorts) {
  const appRoot = normalRoot(deployment.appRoot);
  if (appRoot !== '.' && nameFault(appRoot)) {
    throw problem('APP_ROOT_MISSING', `The app root "${deployment.appRoot}" is no folder inside the repository.`);
  }
  const source = { bucket: ports.bucket, key: `deployments/${deployment.id}/source.zip` };
  const [archive, template, ofApp, tools] = await Promise.all([
    ports.openArchive(deployment),
    ports.buildspecTemplate(),
    ports.variables.ofApp(deployment.app),
    storeTools(ports.collectorFolder, ports.bucket, ports.artifacts),
  ]);

  const { decision, copied } = await copySource(
    archive,
    appRoot,
    (zip) => ports.artifacts.putStream(source, zip, { contentType: 'application/zip' }),
    (found: CopiedSource) => ({ decision: decide(found.tree, template), copied: found }),
  );
  const { environment: fromAmplify, ...detected } = decision;
  const variables = variablesFor(ofApp, targetOf(deployment));
  const output: Detection = {
    ...detected,
    source,
    tools,
    buildEnvironment: buildEnvironment(deployment, variables.values(), fromAmplify),
    publicVariables: publicFingerprint(variables.values()),
  };
  const figures = {
    files: copied.tree.entries.length,
    bytes: copied.unpackedBytes,
    next: output.next.version,
    node: output.nodeMajor,
    rendering: output.rendering,
    warnings: output.warnings.length,
  };
  return { output, figures };
}
