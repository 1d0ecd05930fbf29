/**
 * Patterns of branches: `*` stands for anything within a part between slashes, `**` for anything at all. `release/*` is
 * `release/1.2` and not `release/1.2/fix`. Pure.
 */
const isPattern = (text: string) => text.includes('*');
const escaped = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

function matches(pattern: string, branch: string): boolean {
  if (!isPattern(pattern)) return pattern === branch;
  const expression = pattern
    .split(/(\*+)/)
    .map((part) => (isPattern(part) ? (part === '*' ? '[^/]*' : '.*') : escaped(part)))
    .join('');
  return new RegExp(`^${expression}$`, 's').test(branch);
}

export const isDeployedBranch = (patterns: string[], branch: string): boolean =>
  patterns.some((pattern) => matches(pattern, branch));
