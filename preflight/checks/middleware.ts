/** Middleware (`proxy` from Next.js 16 on): whether it is run, and before what. */
import path from 'node:path';
import { withoutComments } from '../comments.ts';
import { type Finding, finding } from '../finding.ts';
import type { Plan } from '../plan.ts';
import { inApp, middlewareFiles, type SourceTree } from '../source-tree.ts';

/** The folder in which Next looks for it: that of `pages`, else that of `app`; each is taken from `src` where the root has none. */
function lookedForIn({ entries, appRoot }: SourceTree): string {
  const has = (folder: string) => entries.some(({ path: file }) => file.startsWith(`${inApp(appRoot, folder)}/`));
  const found = ['pages', 'src/pages', 'app', 'src/app'].find(has);
  return inApp(appRoot, found?.startsWith('src/') ? 'src' : '.');
}

/** Why Next never runs the file, if so. https://nextjs.org/docs/app/api-reference/file-conventions/proxy */
function whyIgnored(file: string, folder: string, { version, major }: NonNullable<Plan['next']>): string | undefined {
  const [name] = path.posix.basename(file).split('.');
  if (name === 'proxy' && major < 16) return `Next.js ${version} calls it middleware: proxy is its name from 16 on`;
  const minor = Number(version.split('.')[1]);
  if (major < 12 || (major === 12 && minor < 2)) return `Next.js ${version} has no such file yet: it came with 12.2`;
  if (path.posix.dirname(file) === folder) return undefined;
  return `Next.js looks for it beside the folder of the pages, as ${path.posix.join(folder, path.posix.basename(file))}`;
}

export function middlewareFindings(tree: SourceTree, { rendering, next }: Partial<Plan>): Finding[] {
  if (!next || rendering?.rendering === 'static') return [];
  const folder = lookedForIn(tree);
  return middlewareFiles(tree.appRoot)
    .filter((file) => tree.texts.has(file))
    .flatMap((file) => {
      const why = whyIgnored(file, folder, next);
      if (why) return [finding('MIDDLEWARE_IGNORED', `${file} is never run: ${why}.`, { file })];
      if (/\bmatcher\b/.test(withoutComments(tree.texts.get(file) ?? ''))) return [];
      return [
        finding('MIDDLEWARE_ON_STATIC_FILES', `${file} has no matcher: it runs before static files too.`, { file }),
      ];
    });
}
