import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type * as z from 'zod';
import type { ArtifactStore, ObjectAddress } from '../../aws/artifacts.ts';
import type { BuildStore } from '../../aws/table/builds.ts';
import type { ReleaseStore } from '../../aws/table/releases.ts';
import type { SettingsStore } from '../../aws/table/settings.ts';
import { type BuildResult, Detection, type PackagedRelease, PipelineState } from '../../domain/pipeline.ts';
import type { Manifest } from '../../domain/release.ts';
import { type Deployer, EDGE_FUNCTIONS, queueUrl, resourceNames } from '../../domain/site.ts';
import { hasRules, RepositoryRules, rulesInForce } from '../../domain/site-rules.ts';
import type { StepResult } from '../../middleware/step.ts';
import { type AssembledFunction, assembleFunction } from './assemble.ts';
import { type Bundle, openBundle } from './bundle.ts';
import { refuseLeaks } from './find-leaks.ts';
import { edgeSettings, settingsOf } from './plan-function.ts';
import { uploadFiles } from './upload.ts';
import { type SiteVariables, siteVariables, type VariablePorts } from './variables.ts';

const SHOWN_TEST_ARTIFACTS = 10;

export const Input = PipelineState.pick({ version: true, deployment: true, site: true, build: true }).extend({
  /** Absent when the build is that of a kept release. */
  detection: Detection.pick({ scope: true }).optional(),
});
type Input = z.output<typeof Input>;

export interface Ports extends VariablePorts {
  artifacts: Pick<ArtifactStore, 'stream' | 'getText' | 'put' | 'copy' | 'list' | 'head' | 'putOnce' | 'putStream'>;
  settings: Pick<SettingsStore, 'get'>;
  releases: Pick<ReleaseStore, 'ofSite' | 'put'>;
  builds: Pick<BuildStore, 'put'>;
  artifactBucket: string;
  tableName: string;
  deployer: Deployer;
  /** The folder of the shipped edge code, build/edge. */
  edgeFolder: string;
  /** The bundle is unpacked from a file in here. */
  temporaryFolder: string;
  now: () => Date;
}

async function withBundle<T>(artifact: ObjectAddress, ports: Ports, work: (bundle: Bundle) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(ports.temporaryFolder, 'towpath-bundle-'));
  try {
    const file = join(folder, 'bundle.zip');
    await pipeline(await ports.artifacts.stream(artifact), createWriteStream(file));
    const bundle = await openBundle(file);
    try {
      return await work(bundle);
    } finally {
      bundle.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function assembleFunctions(
  { deployment, site }: Input,
  bundle: Bundle,
  { environment, secrets }: SiteVariables,
  ports: Ports,
) {
  const { bucket, bucketRegion } = site;
  const { deployer } = ports;
  const regeneration = {
    queueUrl: queueUrl(deployer, resourceNames(deployer, deployment.site).regenerationQueue),
    table: ports.tableName,
    region: deployer.region,
    distributionId: site.distributionId,
    stage: deployer.stage,
  };
  const settings = edgeSettings(
    {
      site: deployment.site,
      release: deployment.id,
      bucket,
      bucketRegion,
      environment,
      ...(secrets && { secrets }),
      ...(bundle.manifest.functions.includes('regeneration') && { regeneration }),
    },
    bundle.manifest,
  );
  const kept = (await ports.releases.ofSite(deployment.site)).filter(({ release }) => release !== deployment.id);
  const assembled: AssembledFunction[] = [];
  // One after the other: each may hold 50 MB.
  for (const name of EDGE_FUNCTIONS.filter((one) => bundle.manifest.functions.includes(one))) {
    const earlier = kept.flatMap(({ functions }) => functions.filter((one) => one.name === name));
    assembled.push(await assembleFunction(name, settingsOf(name, settings), bundle, ports.edgeFolder, earlier));
  }
  return assembled;
}

/** The regeneration function is the same ZIP as `default`, entered elsewhere. */
function functionsOf({ functions }: Manifest, assembled: AssembledFunction[], at: (name: string) => ObjectAddress) {
  return functions.flatMap((name) => {
    const code = assembled.find((one) => one.name === (name === 'regeneration' ? 'default' : name));
    if (!code) return [];
    const { codeSha256, contentSha256, zippedBytes } = code;
    return [{ name, code: at(`functions/${code.name}.zip`), codeSha256, contentSha256, zippedBytes }];
  });
}

/** Each release has its own copy, so that any can be removed without the others. */
const keepFunction = ({ code }: AssembledFunction, at: ObjectAddress, { artifacts }: Ports) =>
  'key' in code ? artifacts.copy(code, at) : artifacts.put(at, code, { contentType: 'application/zip' });

/** A release that was made of another's build has a copy of its own: each can be removed without the other. */
async function keepBuild(from: BuildResult, to: BuildResult, { artifacts }: Ports): Promise<void> {
  if (from.artifact.key === to.artifact.key) return;
  await artifacts.copy(from.artifact, to.artifact);
  await artifacts.copy(from.repositoryRules, to.repositoryRules);
}

/** The build's manifest, with the rules of the commit and the app. A static site that has some is served by a function. */
async function withRules({ deployment, build }: Input, built: Manifest, ports: Ports): Promise<Manifest> {
  const [text, settings] = await Promise.all([
    ports.artifacts.getText(build.repositoryRules),
    ports.settings.get(deployment.app),
  ]);
  const rules = rulesInForce(RepositoryRules.parse(JSON.parse(text)), settings);
  if (!hasRules(rules)) return built;
  return { ...built, rules, functions: built.rendering === 'static' ? ['default'] : built.functions };
}

/** What the test phase of amplify.yml left beside the release: it stays in the deployment's bundle. */
function testFigures({ entries }: Bundle): Record<string, string | number> {
  const left = [...entries.keys()].filter((path) => path.startsWith('test/')).map((path) => path.slice('test/'.length));
  if (left.length === 0) return {};
  return { testArtifacts: left.length, firstTestArtifacts: left.slice(0, SHOWN_TEST_ARTIFACTS).join(', ') };
}

/** Makes the release of the build's bundle: files in the site's bucket, ZIPs and manifest in the control plane's. */
async function packageRelease(input: Input, built: Bundle, ports: Ports): Promise<StepResult<PackagedRelease>> {
  const bundle = { ...built, manifest: await withRules(input, built.manifest, ports) };
  const { deployment, site } = input;
  const release = deployment.id;
  const at = (name: string): ObjectAddress => ({
    bucket: ports.artifactBucket,
    key: `deployments/${release}/${name}`,
  });
  const build = { ...input.build, artifact: at('bundle.zip'), repositoryRules: at('rules.json') };
  const variables = await siteVariables(deployment, site, ports.deployer.region, ports);
  await refuseLeaks(bundle, variables.secretValues);
  const [uploads, assembled] = await Promise.all([
    uploadFiles(site.bucket, release, bundle, ports.artifacts),
    assembleFunctions(input, bundle, variables, ports),
  ]);
  await Promise.all([
    keepBuild(input.build, build, ports),
    ports.artifacts.put(at('manifest.json'), JSON.stringify(bundle.manifest), { contentType: 'application/json' }),
    ...assembled.map((one) => keepFunction(one, at(`functions/${one.name}.zip`), ports)),
  ]);

  const functions = functionsOf(bundle.manifest, assembled, at);
  const { rendering, basePath, trailingSlash } = bundle.manifest;
  if (build.key !== undefined) {
    await ports.builds.put(deployment.app, build.key, build, ports.now().getTime() / 1000);
  }
  await ports.releases.put({
    site: deployment.site,
    release,
    number: deployment.number,
    createdAt: ports.now().toISOString(),
    rendering,
    basePath,
    trailingSlash,
    manifest: at('manifest.json'),
    functions,
    build,
    scope: input.detection?.scope,
  });
  return {
    output: {
      release,
      rendering,
      manifest: at('manifest.json'),
      functions: functions.map(({ contentSha256: _, ...published }) => published),
    },
    figures: {
      ...uploads,
      ...(bundle.manifest.functions.length > 0 && variables.names !== '' && { variables: variables.names }),
      ...testFigures(bundle),
      ...Object.fromEntries(functions.map(({ name, zippedBytes }) => [`${name}ZippedBytes`, zippedBytes])),
      ...Object.fromEntries(assembled.flatMap(({ name, warning }) => (warning ? [[`${name}Warning`, warning]] : []))),
    },
  };
}

export const run = (input: Input, ports: Ports) =>
  withBundle(input.build.artifact, ports, (bundle) => packageRelease(input, bundle, ports));
