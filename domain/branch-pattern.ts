/**
 * Patterns of branches: `*` stands for anything within a part between slashes, `**` for anything at all. `release/*` is
 * `release/1.2` and not `release/1.2/fix`. Pure.
 */
import { escapeRegex } from './escape-regex.ts';

const PARTS: Record<string, string> = { '**': '.*', '*': '[^/]*' };

export function matchesBranch(pattern: string, branch: string): boolean {
  const expression = pattern.split(/(\*\*|\*)/).map((part) => PARTS[part] ?? escapeRegex(part));
  return new RegExp(`^${expression.join('')}$`, 's').test(branch);
}

export const isDeployedBranch = (patterns: string[], branch: string): boolean =>
  patterns.some((pattern) => matchesBranch(pattern, branch));
