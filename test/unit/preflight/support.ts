import { type SourceEntry, type SourceTree, surveyTree } from '../../../preflight/source-tree.ts';

/** A text, or an entry whose content does not matter. */
export type Files = Record<string, string | Partial<SourceEntry>>;

/** The tree of files that are never written anywhere. */
export function treeOf(files: Files, appRoot = '.'): SourceTree {
  const survey = surveyTree(appRoot);
  for (const [path, content] of Object.entries(files)) {
    const isText = typeof content === 'string';
    const entry: SourceEntry = {
      path,
      kind: 'file',
      bytes: isText ? Buffer.byteLength(content) : 1,
      ...(isText ? {} : content),
    };
    survey.add(entry, isText && survey.wantsText(entry) ? content : undefined);
  }
  return survey.tree();
}
