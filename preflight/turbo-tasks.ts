/** Which tasks of an app Turborepo runs before another one of it. Pure. https://turborepo.com/docs/reference/configuration#tasks */
import { readLoose } from './loose-json.ts';
import { inApp, type SourceFiles } from './source-tree.ts';

interface TurboFile {
  tasks?: Record<string, { dependsOn?: unknown } | null>;
  /** The name of `tasks` before version 2. */
  pipeline?: TurboFile['tasks'];
}

export const TURBO_FILES = ['turbo.json', 'turbo.jsonc'];

const tasksOf = (files: SourceFiles, folder: string): NonNullable<TurboFile['tasks']> => {
  const { tasks, pipeline } = readLoose<TurboFile>(
    TURBO_FILES.map((name) => files.get(inApp(folder, name))).find(Boolean),
  );
  return { ...pipeline, ...tasks };
};

/** The task's name, where it is one of this package. */
const own = (task: string, packageName: string | undefined) => {
  const [name = '', ...rest] = task.split('#');
  if (rest.length === 0) return name;
  return name === packageName ? rest[0] : undefined;
};

/** Task → those before it. What other packages run for it (`^build`) says nothing of the app. */
export function turboTasks(files: SourceFiles, appRoot: string, packageName?: string): Record<string, string[]> {
  const before: Record<string, string[]> = {};
  for (const folder of new Set(['.', appRoot])) {
    for (const [task, settings] of Object.entries(tasksOf(files, folder))) {
      const name = own(task, packageName);
      const depends = settings?.dependsOn;
      if (!name || !Array.isArray(depends)) continue;
      before[name] = depends
        .filter((one): one is string => typeof one === 'string' && !/^[\^$]/.test(one))
        .flatMap((one) => own(one, packageName) ?? []);
    }
  }
  return before;
}
