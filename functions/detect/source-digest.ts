/** What a tree's builds depend on, as one hash: every entry's path, mode and content, whatever order the archive has. */
import { createHash } from 'node:crypto';

export type SourceDigest = ReturnType<typeof createSourceDigest>;

/** What a build is told of where it goes. One that asks may differ between two branches, or two addresses, with one tree. */
const QUESTIONS = { branch: /AWS_(BRANCH|PULL_REQUEST)/, address: /TOWPATH_SITE_URL/ };
export type Question = keyof typeof QUESTIONS;
const ALL = Object.keys(QUESTIONS) as Question[];

export const questionsIn = (text: string): Question[] => ALL.filter((question) => QUESTIONS[question].test(text));
/** Enough for a name that lies across two chunks. */
const OVERLAP = 32;

export function createSourceDigest() {
  const entries = new Map<string, string>();
  const asked = new Set<Question>();

  return {
    /** An entry as it passes by: the same chunks, counted in. */
    async *follow(name: string, mode: number, content: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
      const hash = createHash('sha256').update(`${mode}\0`);
      let end = '';
      for await (const part of content) {
        const chunk = part as Buffer;
        hash.update(chunk);
        const text = end + chunk.toString('latin1');
        for (const question of questionsIn(text)) asked.add(question);
        end = text.slice(-OVERLAP);
        yield chunk;
      }
      entries.set(name, hash.digest('hex'));
    },

    /** Of all entries, or of those that count. */
    hash(counts: (name: string) => boolean = () => true): string {
      const hash = createHash('sha256');
      for (const name of [...entries.keys()].filter(counts).sort()) hash.update(`${name}\0${entries.get(name)}\n`);
      return hash.digest('hex');
    },

    asked: (): ReadonlySet<Question> => asked,
  };
}
