import { withoutComments } from './comments.ts';

/** An object of JSON that may have comments and commas too many; empty where it cannot be read: its reader's own message is the better one. */
export function readLoose<T extends object>(text: string | undefined): Partial<T> {
  for (const read of [(all: string) => all, (all: string) => withoutComments(all).replace(/,(\s*[\]}])/g, '$1')]) {
    try {
      const value = JSON.parse(read(text ?? '{}'));
      return typeof value === 'object' && value !== null ? value : {};
    } catch {
      // Perhaps the other way.
    }
  }
  return {};
}
