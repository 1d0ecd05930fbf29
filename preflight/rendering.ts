/** Whether the build makes a server or only files, read from what it runs and from next.config. Pure text search. */
import { withoutComments } from './comments.ts';
import { scriptCalls } from './script-calls.ts';
import { NEXT_CONFIGS, nearest, type SourceFiles } from './source-tree.ts';

export interface RenderingChoice {
  rendering: 'ssr' | 'static';
  reason: string;
  /** Whether a `next build` was found at all. */
  runsNextBuild: boolean;
}

/** The commands and what all tasks that they run consist of, each once, with npm's `pre…` and `post…` around it. */
function expand(commands: string[], tasks: Record<string, string[]>): string[] {
  const run = new Set<string>();
  const all = [...commands];
  for (const command of all) {
    const called = scriptCalls(command, Object.keys(tasks)).flatMap((name) => [`pre${name}`, name, `post${name}`]);
    for (const name of called) {
      if (run.has(name)) continue;
      run.add(name);
      if (Object.hasOwn(tasks, name)) all.push(...tasks[name]!);
    }
  }
  return all;
}

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
  tasks: Record<string, string[]>,
): RenderingChoice {
  const all = expand(commands, tasks);
  const runsNextBuild = all.some((command) => /\bnext build\b/.test(command));
  const exporting = all.find((command) => /\bnext export\b/.test(command));
  if (exporting) return { rendering: 'static', reason: `static site: the build runs "${exporting}"`, runsNextBuild };
  const config = nearest(files, appRoot, NEXT_CONFIGS);
  if (config && hasOutputExport(next.version) && /\boutput\s*:\s*(['"`])export\1/.test(withoutComments(config.text))) {
    return { rendering: 'static', reason: `static site: ${config.file} has output: 'export'`, runsNextBuild };
  }
  const reason = runsNextBuild ? 'the build runs "next build" without an export' : 'nothing speaks of an export';
  return { rendering: 'ssr', reason: `server-rendered: ${reason}`, runsNextBuild };
}
