/**
 * Packages the control plane: what is shipped into sites and builds (build/), then `serverless package` (.serverless/).
 * Skipped when nothing that goes in has changed since the last time.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { alone } from './alone.mjs';
import { bundleShippedCode } from './shipped-code.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
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
  const template = join(artifacts, 'cloudformation-template-update-stack.json');
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
    await serverlessPackage();
    if (hashOfInputs() === inputs) writeFileSync(stamp, inputs);
    else log('The sources changed while they were packaged: the next start packages them again.');
  });
  return { template, artifacts };
}

async function serverlessPackage(): Promise<void> {
  const serverless = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
  try {
    await run(process.execPath, [serverless, 'package', '--stage', 'dev'], {
      cwd: root,
      env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
      maxBuffer: 64 * 2 ** 20,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`serverless package failed:\n${`${stdout}${stderr}`.trim()}`, { cause: error });
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
