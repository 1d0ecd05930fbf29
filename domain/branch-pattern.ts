/** Branches by name or by pattern: `*` is anything but a slash, `**` anything at all. Pure. */

const PARTS: Record<string, string> = { '**': '.*', '*': '[^/]*' };

export function matchesBranch(pattern: string, branch: string): boolean {
  const expression = pattern
    .split(/(\*\*|\*)/)
    .map((part) => PARTS[part] ?? part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${expression.join('')}$`, 's').test(branch);
}
