/**
 * Packages the control plane: what is shipped into sites and builds (build/), then `serverless package` (.serverless/).
 * Skipped when nothing that goes in has changed since the last time.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { alone } from './alone.mjs';
import { bundleShippedCode } from './shipped-code.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const TEMPLATE = 'cloudformation-template-update-stack.json';
const INPUTS = [
  'aws',
  'buildspecs',
  'domain',
  'edge',
  'functions',
  'githost',
  'lifecycle',
  'middleware',
  'nextjs',
  'preflight',
  'resources',
  'scripts',
  'statemachines',
  'serverless.yml',
  'package-lock.json',
];

export interface PackagedControlPlane {
  /** The CloudFormation template. */
  template: string;
  /** Folder of the functions' zips. */
  artifacts: string;
}

export async function packageControlPlane(log: (line: string) => void = () => {}): Promise<PackagedControlPlane> {
  const artifacts = join(root, '.serverless');
  const template = join(artifacts, TEMPLATE);
  const stamp = join(artifacts, 'towpath-inputs.sha256');
  const isCurrent = (inputs: string) =>
    existsSync(template) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs;
  if (isCurrent(hashOfInputs())) return { template, artifacts };

  // Two that write .serverless together leave broken zips.
  await alone(join(root, '.packaging'), async () => {
    const inputs = hashOfInputs();
    if (isCurrent(inputs)) return;
    log('Packaging the control plane (serverless package)…');
    rmSync(stamp, { force: true });
    await bundleShippedCode(join(root, 'build'));
    await serverlessPackage('dev', root);
    if (hashOfInputs() === inputs) writeFileSync(stamp, inputs);
    else log('The sources changed while they were packaged: the next start packages them again.');
  });
  return { template, artifacts };
}

/**
 * Packages another stage of what {@link packageControlPlane} packaged, in an empty folder of its own: Serverless clears the folder
 * `.serverless` of wherever it runs.
 */
export async function packageStage(
  stage: string,
  folder: string,
  params: Record<string, string> = {},
): Promise<PackagedControlPlane> {
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const place = (put: typeof symlinkSync | typeof copyFileSync) =>
      put(join(root, entry.name), join(folder, entry.name));
    // Serverless takes no link for its serverless.yml.
    if (!entry.name.startsWith('.')) place(entry.isFile() ? copyFileSync : symlinkSync);
  }
  await serverlessPackage(stage, folder, params);
  const artifacts = join(folder, '.serverless');
  return { template: join(artifacts, TEMPLATE), artifacts };
}

async function serverlessPackage(stage: string, folder: string, params: Record<string, string> = {}): Promise<void> {
  const serverless = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
  // serverless-esbuild leaves a folder for each function where temporary files go: 26 of them, 32 MB, with each packaging.
  const temporary = mkdtempSync(join(tmpdir(), 'towpath-package-'));
  try {
    const given = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
    await run(process.execPath, [serverless, 'package', '--stage', stage, ...given], {
      cwd: folder,
      env: { ...process.env, TMPDIR: temporary, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
      maxBuffer: 64 * 2 ** 20,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`serverless package failed:\n${`${stdout}${stderr}`.trim()}`, { cause: error });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function hashOfInputs(): string {
  const hash = createHash('sha256');
  for (const input of INPUTS)
    for (const file of filesOf(join(root, input))) hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries =
    path.endsWith('.yml') || path.endsWith('.json')
      ? undefined
      : readdirSync(path, { withFileTypes: true, recursive: true });
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

if (import.meta.main) await packageControlPlane(console.error);
