/** Decisions that all hosts' deliveries share. */
import type { z } from 'zod';
import type { Ignored } from './types.ts';

const BRANCH_PREFIX = 'refs/heads/';

export const ignored = (reason: string): Ignored => ({ kind: 'ignored', reason });

/** `main` of `refs/heads/main`; undefined for a tag or anything else. */
export const branchOf = (ref: string) =>
  ref.length > BRANCH_PREFIX.length && ref.startsWith(BRANCH_PREFIX) ? ref.slice(BRANCH_PREFIX.length) : undefined;

/** All zeros: the branch was deleted. */
export const isNoCommit = (sha: string) => /^0+$/.test(sha);

/** The body by its schema, or why it cannot be read. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): { body: z.output<Schema> } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: 'the body is no JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { body: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `the body has no usable ${issue?.path.join('.') || 'content'}` };
}
