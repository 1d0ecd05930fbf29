/** What an archive's entry may be called, and where its links may lead. Pure. */
import path from 'node:path';

/** Why a tree must not hold an entry of this name, if so. `name` is relative to the tree. */
export function nameFault(name: string): string | undefined {
  if (name.startsWith('/') || /^[A-Za-z]:[\\/]/.test(name)) return 'an absolute path';
  if (name.includes('\0')) return 'a NUL in its name';
  if (name.includes('\\')) return 'a backslash in its name';
  const parts = name.split('/');
  if (parts.includes('..')) return '".." in its path';
  if (parts.includes('') || parts.includes('.')) return 'an empty or "." part in its path';
  return undefined;
}

/**
 * Why the link `name` must not lead to `target`, if so. Only leading `..` are allowed: after the name of another link
 * they would count from where that one leads.
 */
export function linkFault(name: string, target: string): string | undefined {
  if (!target || target.startsWith('/') || target.includes('\\') || target.includes('\0')) {
    return `a link to ${JSON.stringify(target)}, outside of the repository`;
  }
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const up = parts.findIndex((part) => part !== '..');
  const rest = up === -1 ? [] : parts.slice(up);
  if (rest.includes('..')) return `a link to ${JSON.stringify(target)}, which has ".." after a name`;
  const reached = path.posix.join(path.posix.dirname(name), target);
  return reached === '..' || reached.startsWith('../')
    ? `a link to ${JSON.stringify(target)}, outside of the repository`
    : undefined;
}

/** The folders above `name`, nearest first: `a/b/c` → `a/b`, `a`. */
export function parentsOf(name: string): string[] {
  const parents: string[] = [];
  for (let folder = path.posix.dirname(name); folder !== '.'; folder = path.posix.dirname(folder)) parents.push(folder);
  return parents;
}
