/** Whether the build makes a server or only files, read from what it runs and from next.config. Pure text search. */
import { nearest, type SourceFiles } from './source-tree.ts';

export interface RenderingChoice {
  rendering: 'ssr' | 'static';
  reason: string;
  /** Whether a `next build` was found at all. */
  runsNextBuild: boolean;
}

export const CONFIGS = ['next.config.js', 'next.config.mjs', 'next.config.ts', 'next.config.cjs'];
const MAX_DEPTH = 5;

/** `npm run x`, `yarn x`, `pnpm run x`, `bun run x`: the names of scripts that a command runs. */
const scriptCalls = (command: string) =>
  [...command.matchAll(/\b(?:npm run(?:-script)?|(?:yarn|pnpm|bun)(?: run)?)(?: -\S+)* ([\w:.-]+)/g)].map(
    (found) => found[1]!,
  );

/** The commands and the bodies of all scripts that they run, with npm's `pre…` and `post…` around each. */
function expand(commands: string[], scripts: Record<string, string>, depth = 0): string[] {
  if (depth > MAX_DEPTH) return commands;
  const bodies = commands
    .flatMap(scriptCalls)
    .flatMap((name) => [`pre${name}`, name, `post${name}`])
    .filter((name) => Object.hasOwn(scripts, name))
    .map((name) => scripts[name]!);
  return bodies.length > 0 ? [...commands, ...expand(bodies, scripts, depth + 1)] : commands;
}

export const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

/** `output: 'export'` counts from Next.js 13.3 on. */
const hasOutputExport = (version: string) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 13 || (major === 13 && minor >= 3);
};

export function decideRendering(
  files: SourceFiles,
  appRoot: string,
  next: { version: string },
  commands: string[],
  scripts: Record<string, string>,
): RenderingChoice {
  const all = expand(commands, scripts);
  const runsNextBuild = all.some((command) => /\bnext build\b/.test(command));
  const exporting = all.find((command) => /\bnext export\b/.test(command));
  if (exporting) return { rendering: 'static', reason: `static site: the build runs "${exporting}"`, runsNextBuild };
  const config = nearest(files, appRoot, CONFIGS);
  if (config && hasOutputExport(next.version) && /\boutput\s*:\s*(['"`])export\1/.test(withoutComments(config.text))) {
    return { rendering: 'static', reason: `static site: ${config.file} has output: 'export'`, runsNextBuild };
  }
  return { rendering: 'ssr', reason: 'server-rendered: the build runs "next build" without an export', runsNextBuild };
}
