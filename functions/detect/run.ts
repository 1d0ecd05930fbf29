/** What is this commit? Copies its source to S3 on the way, and says how to build it. */
import type { Readable } from 'node:stream';
import type { ArtifactStore } from '../../aws/artifacts.ts';
import type { Distributions } from '../../aws/distributions.ts';
import type { SecretVersions } from '../../aws/secret-versions.ts';
import type { AppStore } from '../../aws/table/apps.ts';
import type { BuildStore } from '../../aws/table/builds.ts';
import type { DomainStore } from '../../aws/table/domains.ts';
import type { SettingsStore } from '../../aws/table/settings.ts';
import type { VariableStore } from '../../aws/table/variables.ts';
import { type BuildOptions, type BuildSettings, buildOptions, machineOf } from '../../domain/build-settings.ts';
import type { Deployment } from '../../domain/deployment.ts';
import type { BuildResult, DeployInput, Detection } from '../../domain/pipeline.ts';
import { isDistributionOfStage } from '../../domain/site.ts';
import { publicFingerprint, secretParameter, targetOf, type Variable, variablesFor } from '../../domain/variables.ts';
import { addressOf } from '../../lifecycle/address.ts';
import type { AccountUse } from '../../preflight/account.ts';
import { normalRoot } from '../../preflight/source-tree.ts';
import { buildKey } from './build-key.ts';
import { type CopiedSource, copySource } from './copy-source.ts';
import { APP_ROOT_VARIABLE, buildEnvironment, decide } from './decide.ts';
import { nameFault } from './entry-path.ts';
import { problem } from './errors.ts';
import { countingFiles, type ScopePorts, scopeKey, unchangedSince } from './scope.ts';
import { questionsIn } from './source-digest.ts';
import { storeTools } from './tools.ts';

export interface DetectPorts extends ScopePorts {
  distributions: Pick<Distributions, 'listAll'>;
  domains: Pick<DomainStore, 'get'>;
  /** `https://{domain}` */
  siteUrlPattern: string;
  stage: string;
  /** How many sets there are of what sites share at the edge. */
  sitePools: number;
  /** The commit's tree as .tar.gz. */
  openArchive: (deployment: Deployment) => Promise<Readable>;
  variables: Pick<VariableStore, 'ofApp'>;
  secretVersions: SecretVersions;
  settings: Pick<SettingsStore, 'get'>;
  apps: Pick<AppStore, 'get'>;
  builds: Pick<BuildStore, 'find'>;
  artifacts: Pick<ArtifactStore, 'put' | 'putStream' | 'putOnce' | 'head'>;
  bucket: string;
  /** Holds collect.mjs and use-node.mjs. */
  collectorFolder: string;
  /** buildspecs/build.yml */
  buildspecTemplate: () => Promise<string>;
}

function optionsOf(settings: BuildSettings, variables: Map<string, Variable>, appRoot: string): BuildOptions {
  const values = Object.fromEntries([...variables].map(([name, { value }]) => [name, value]));
  const named = values[APP_ROOT_VARIABLE];
  if (named !== undefined && normalRoot(named.replace(/^\/+/, '')) !== appRoot) {
    const seen = `The variable ${APP_ROOT_VARIABLE} is "${named}", but the app is connected with the folder "${appRoot}"`;
    throw problem('BUILD_SETTING_INVALID', `${seen}: that is said by --root of towpath connect.`);
  }
  const read = buildOptions(settings, values);
  if ('options' in read) return read.options;
  throw problem('BUILD_SETTING_INVALID', `The variable ${read.variable} cannot be used: ${read.problem}.`);
}

/** By the names of the secrets, when each was set; of one that is kept elsewhere also its version, for it changes without us. */
async function versionsOf(variables: Iterable<Variable>, { secretVersions, stage }: DetectPorts) {
  const known = [...variables].map(async (variable) => {
    const { name, secret, updatedAt } = variable;
    if (!secret) return [];
    const isOurs = secret.name === secretParameter(stage, variable);
    return [[name, isOurs ? updatedAt : `${updatedAt} ${await secretVersions.inForce(secret)}`] as const];
  });
  return new Map((await Promise.all(known)).flat());
}

/** Whose build is taken, and how old the data is that it read. */
const reuseFigures = ({ artifact, builtAt }: BuildResult) => ({
  reuses: artifact.key.split('/')[1] ?? artifact.key,
  ...(builtAt !== undefined && { builtAt }),
});

/** What was told another address of the site than it has now will not do. */
async function isOfAddress({ siteUrl }: BuildResult, site: string, ports: DetectPorts): Promise<boolean> {
  if (siteUrl === undefined) return true;
  const [found, domains] = await Promise.all([ports.sites.get(site), ports.domains.get(site)]);
  return siteUrl === addressOf(ports.siteUrlPattern, domains, found?.distributionDomain);
}

/** What a fork builds is for nobody else, and what others built is not for a fork. */
async function findBuild({ deployment, rebuild }: DeployInput, buildKey: string, ports: DetectPorts) {
  if (deployment.preview?.isFork) return {};
  const wanted = !rebuild && (await ports.apps.get(deployment.app))?.reuseBuilds;
  const built = wanted ? await ports.builds.find(deployment.app, buildKey) : undefined;
  const isThere =
    built && (await isOfAddress(built, deployment.site, ports)) && (await ports.artifacts.head(built.artifact));
  return { buildKey, ...(isThere && { reuses: built }) };
}

/** A site that has its distribution takes no room that it had not taken before. */
async function accountUse({ deployment }: DeployInput, ports: DetectPorts): Promise<AccountUse | undefined> {
  if ((await ports.sites.get(deployment.site))?.distributionId) return undefined;
  const all = await ports.distributions.listAll();
  const isOfStage = isDistributionOfStage(ports.stage);
  const sites = all.filter(({ comment }) => isOfStage(comment)).length;
  return { distributions: all.length, sites, pools: ports.sitePools };
}

/** More would only hide the first ones. */
const MAX_TOLD = 10;
/** Characters. A path or a value may be long. */
const MAX_TEXT = 500;

/** Texts as figures: `reason 1`, `reason 2`, … */
const numbered = (name: string, texts: string[]) =>
  Object.fromEntries(texts.slice(0, MAX_TOLD).map((text, index) => [`${name} ${index + 1}`, text.slice(0, MAX_TEXT)]));

const figuresOf = (output: Detection, { tree, unpackedBytes }: CopiedSource) => ({
  files: tree.entries.length,
  bytes: unpackedBytes,
  next: output.next.version,
  node: output.nodeMajor,
  rendering: output.rendering,
  warnings: output.warnings.length,
  ...numbered('reason', output.reasons),
  ...numbered(
    'warning',
    output.warnings.map(({ code, message, remedy }) => `${message} ${remedy} (${code})`),
  ),
  ...(output.unchangedSince !== undefined && { unchangedSince: output.unchangedSince.slice(0, 7) }),
  ...(output.reuses && reuseFigures(output.reuses)),
});

function appRootOf(deployment: Deployment): string {
  const appRoot = normalRoot(deployment.appRoot);
  if (appRoot !== '.' && nameFault(appRoot)) {
    throw problem('APP_ROOT_MISSING', `The app root "${deployment.appRoot}" is no folder inside the repository.`);
  }
  return appRoot;
}

export async function run(input: DeployInput, ports: DetectPorts) {
  const { deployment } = input;
  const appRoot = appRootOf(deployment);
  const source = { bucket: ports.bucket, key: `deployments/${deployment.id}/source.zip` };
  const [archive, template, ofApp, settings, tools, account] = await Promise.all([
    ports.openArchive(deployment),
    ports.buildspecTemplate(),
    ports.variables.ofApp(deployment.app),
    ports.settings.get(deployment.app),
    storeTools(ports.collectorFolder, ports.bucket, ports.artifacts),
    accountUse(input, ports),
  ]);

  const variables = variablesFor(ofApp, targetOf(deployment));
  const options = optionsOf(settings.build ?? {}, variables, appRoot);
  const { decision, copied } = await copySource(
    archive,
    appRoot,
    (zip) => ports.artifacts.putStream(source, zip, { contentType: 'application/zip' }),
    (found: CopiedSource) => ({ decision: decide(found.tree, template, options, account), copied: found }),
  );
  const { environment: fromAmplify, rules, ...detected } = decision;
  const repositoryRules = { bucket: ports.bucket, key: `deployments/${deployment.id}/rules.json` };
  await ports.artifacts.put(repositoryRules, JSON.stringify(rules), { contentType: 'application/json' });
  const environment = buildEnvironment(deployment, variables.values(), fromAmplify);
  const machine = machineOf(options);
  const commands = [detected.buildspec, tools.key, JSON.stringify(machine)];
  // What is kept with the app, such as an amplify.yml, may ask as well as the commit.
  const asked = new Set([...copied.digest.asked(), ...questionsIn(detected.buildspec)]);
  const key = buildKey({
    sourceHash: copied.digest.hash(),
    asked,
    site: deployment.site,
    commands,
    variables: environment,
    secrets: await versionsOf(variables.values(), ports),
  });
  const counts = countingFiles(copied.tree, variables);
  const scope = counts && {
    key: scopeKey(copied.digest.hash(counts), commands, settings, variables.values()),
    sha: deployment.commit.sha,
  };
  const since = scope && (await unchangedSince(input, scope, ports));
  const reuse = await findBuild(input, key, ports);
  const output: Detection = {
    ...detected,
    source,
    tools,
    buildEnvironment: environment,
    ...(asked.has('address') && { asksForAddress: true as const }),
    machine,
    repositoryRules,
    publicVariables: publicFingerprint(variables.values()),
    ...reuse,
    ...(scope && { scope }),
    ...(since !== undefined && { unchangedSince: since }),
  };
  return { output, figures: figuresOf(output, copied) };
}
