/** What Lambda@Edge cannot do, where a server-rendered app seems to count on it. */
import type { CheckCode } from '../catalogue.ts';
import type { EdgeUse } from '../edge-uses.ts';
import { type Finding, finding } from '../finding.ts';
import type { Plan } from '../plan.ts';
import type { SourceTree } from '../source-tree.ts';

const CODES: Record<EdgeUse['kind'], CheckCode> = {
  'event-stream': 'EDGE_EVENT_STREAM',
  'large-body': 'EDGE_BODY_LIMIT',
  socket: 'EDGE_WEB_SOCKET',
};

export function edgeFindings({ edgeUses, appRoot }: SourceTree, { rendering }: Partial<Plan>): Finding[] {
  if (rendering?.rendering === 'static') return [];
  const prefix = appRoot === '.' ? '' : `${appRoot}/`;
  return Object.entries(CODES).flatMap(([kind, code]) => {
    const uses = edgeUses.filter((use) => use.kind === kind && use.file.startsWith(prefix));
    const [first, ...others] = uses;
    if (!first) return [];
    const more = others.length > 0 ? ` So do ${others.length} more.` : '';
    const { file, line, seen } = first;
    return [finding(code, `${file}:${line} has ${seen}.${more}`, { file, line })];
  });
}
