/** next.config, baseDirectory and customHttp.yml, read without running them. */
import { withoutComments } from '../comments.ts';
import { type Finding, finding, positionAt } from '../finding.ts';
import type { Plan } from '../plan.ts';
import { baseDirectoryRefusal } from '../published.ts';
import { NEXT_CONFIGS, nearest, type SourceTree } from '../source-tree.ts';

/** Where a setting with a literal value stands in next.config. */
function settingOf(tree: SourceTree, name: string) {
  const config = nearest(tree.texts, tree.appRoot, NEXT_CONFIGS);
  if (!config) return undefined;
  const setting = new RegExp(`\\b${name}\\s*:\\s*(['"\`])([^'"\`]+)\\1`);
  const value = setting.exec(withoutComments(config.text))?.[2];
  if (value === undefined) return undefined;
  // Comments are gone from the text that was searched: the line is that of the first like it.
  return { value, file: config.file, line: positionAt(config.text, Math.max(0, config.text.search(setting))).line };
}

function nextConfig(tree: SourceTree): Finding[] {
  const distDir = settingOf(tree, 'distDir');
  const output = settingOf(tree, 'output');
  return [
    ...(distDir && !/^(\.\/)?\.next\/?$/.test(distDir.value)
      ? [
          finding(
            'DIST_DIR_OVERRIDDEN',
            `${distDir.file}:${distDir.line}: distDir is "${distDir.value}".`,
            placeOf(distDir),
          ),
        ]
      : []),
    ...(output?.value === 'standalone'
      ? [finding('STANDALONE_OUTPUT', `${output.file}:${output.line}: output is "standalone".`, placeOf(output))]
      : []),
  ];
}
const placeOf = ({ file, line }: { file: string; line: number }) => ({ file, line });

function baseDirectory({ appRoot }: SourceTree, plan: Partial<Plan>): Finding[] {
  const { amplify } = plan;
  const refusal = baseDirectoryRefusal(plan, appRoot);
  if (!amplify || refusal === undefined) return [];
  const seen = `${amplify.file} has baseDirectory "${amplify.artifacts.baseDirectory}", which is not followed: ${refusal}.`;
  return [finding('BASE_DIRECTORY_IGNORED', seen, { file: amplify.file })];
}

export const configFindings = (tree: SourceTree, plan: Partial<Plan>): Finding[] => [
  ...nextConfig(tree),
  ...baseDirectory(tree, plan),
];
