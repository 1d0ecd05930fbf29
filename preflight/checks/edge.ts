/** What Lambda@Edge cannot do, where a server-rendered app seems to count on it. */
import type { CheckCode } from '../catalogue.ts';
import type { EdgeUse } from '../edge-uses.ts';
import { type Finding, finding } from '../finding.ts';
import type { Plan } from '../plan.ts';
import type { SourceTree } from '../source-tree.ts';

const CODES: Record<EdgeUse['kind'], CheckCode> = {
  'event-stream': 'EDGE_EVENT_STREAM',
  'large-body': 'EDGE_BODY_LIMIT',
  localhost: 'LOCALHOST_ASKED',
  server: 'CUSTOM_SERVER',
  socket: 'EDGE_WEB_SOCKET',
};

/** Who starts with `next start` has such a file for something else. */
const startsItself = ({ packageJson }: Partial<Plan>) =>
  /\bnext\s+start\b/.test(packageJson?.scripts?.start ?? 'next start');

export function edgeFindings({ edgeUses, appRoot }: SourceTree, plan: Partial<Plan>): Finding[] {
  if (plan.rendering?.rendering === 'static') return [];
  const prefix = appRoot === '.' ? '' : `${appRoot}/`;
  return Object.entries(CODES).flatMap(([kind, code]) => {
    const uses = edgeUses.filter((use) => use.kind === kind && use.file.startsWith(prefix));
    if (kind === 'server' && startsItself(plan)) return [];
    const [first, ...others] = uses;
    if (!first) return [];
    const more = others.length > 0 ? ` So do ${others.length} more.` : '';
    const { file, line, seen } = first;
    return [finding(code, `${file}:${line} has ${seen}.${more}`, { file, line })];
  });
}
