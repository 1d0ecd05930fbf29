/** Whether the build makes a server or only files, read from what it runs and from next.config. Pure text search. */
import { isFinding } from './finding.ts';
import { nxTargets } from './nx-targets.ts';
import { readPackageJson } from './package-json.ts';
import { scriptCalls } from './script-calls.ts';
import { nearest, type SourceFiles } from './source-tree.ts';

export interface RenderingChoice {
  rendering: 'ssr' | 'static';
  reason: string;
  /** Whether a `next build` was found at all. */
  runsNextBuild: boolean;
}

export const CONFIGS = ['next.config.js', 'next.config.mjs', 'next.config.ts', 'next.config.cjs'];

/** The commands and the bodies of all scripts that they run, each once, with npm's `pre…` and `post…` around it. */
function expand(commands: string[], scripts: Record<string, string>, targets: Record<string, string[]>): string[] {
  const names = [...Object.keys(scripts), ...Object.keys(targets)];
  const run = new Set<string>();
  const all = [...commands];
  for (const command of all) {
    const called = scriptCalls(command, names).flatMap((name) => [`pre${name}`, name, `post${name}`]);
    for (const name of called) {
      if (run.has(name)) continue;
      run.add(name);
      // Nx runs a target rather than a script of its name.
      if (Object.hasOwn(targets, name)) all.push(...targets[name]!);
      else if (Object.hasOwn(scripts, name)) all.push(scripts[name]!);
    }
  }
  return all;
}

export const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

/** `output: 'export'` counts from Next.js 13.3 on. */
const hasOutputExport = (version: string) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 13 || (major === 13 && minor >= 3);
};

/** Commands of an app in a folder may start scripts of the workspace's root. */
function scriptsOfRoot(files: SourceFiles): Record<string, string> {
  const manifest = readPackageJson(files, '.');
  return isFinding(manifest) ? {} : (manifest.packageJson.scripts ?? {});
}

export function decideRendering(
  files: SourceFiles,
  appRoot: string,
  next: { version: string },
  commands: string[],
  scripts: Record<string, string>,
): RenderingChoice {
  const all = expand(commands, { ...scriptsOfRoot(files), ...scripts }, nxTargets(files, appRoot));
  const runsNextBuild = all.some((command) => /\bnext build\b/.test(command));
  const exporting = all.find((command) => /\bnext export\b/.test(command));
  if (exporting) return { rendering: 'static', reason: `static site: the build runs "${exporting}"`, runsNextBuild };
  const config = nearest(files, appRoot, CONFIGS);
  if (config && hasOutputExport(next.version) && /\boutput\s*:\s*(['"`])export\1/.test(withoutComments(config.text))) {
    return { rendering: 'static', reason: `static site: ${config.file} has output: 'export'`, runsNextBuild };
  }
  return { rendering: 'ssr', reason: 'server-rendered: the build runs "next build" without an export', runsNextBuild };
}
