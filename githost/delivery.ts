/** Decisions that several hosts' deliveries share. */
import { z } from 'zod';
import type { Deletion, Ignored, PullRequest, Push } from './changes.ts';
import type { Headers } from './types.ts';

const BRANCH_PREFIX = 'refs/heads/';

/** No host signs its headers: an id that is no plain token, or too long for a key of the table, is none. */
const DELIVERY_ID = /^[\x21-\x7e]{1,128}$/;

/** `owner/name`; a part of dots alone would lead elsewhere in a URL. */
export const RepositoryName = z
  .string()
  .max(512)
  .regex(/^[\w-]+\/[\w.-]*\w[\w.-]*$/);

/** GitLab's projects may lie in groups of groups. */
export const ProjectPath = z
  .string()
  .max(1024)
  .regex(/^[\w.-]+(\/[\w.-]+)+$/);

/** The repository's page. */
export const WebUrl = z.url({ protocol: /^https?$/ }).max(2048);

export const ignored = (reason: string): Ignored => ({ kind: 'ignored', reason });

export function deliveryIdOf(headers: Headers, ...names: string[]): string | undefined {
  const id = names.map((name) => headers[name]).find(Boolean);
  return id && DELIVERY_ID.test(id) ? id : undefined;
}

/** `main` of `refs/heads/main`; undefined for a tag or anything else. */
const branchOf = (ref: string) =>
  ref.length > BRANCH_PREFIX.length && ref.startsWith(BRANCH_PREFIX) ? ref.slice(BRANCH_PREFIX.length) : undefined;

type About = Omit<Push, 'kind' | 'branch' | 'sha'>;

/** Names as Git allows them, within reason. */
export const BranchName = z.string().min(1).max(512);
export const PullNumber = z.int().positive().max(1_000_000_000);

/** The host's word for what happened → what it means for a preview. */
export type PullActions = Record<string, PullRequest['change']>;

/** `action` is the host's own word. */
export function pullRequest(
  action: string,
  actions: PullActions,
  about: Omit<PullRequest, 'kind' | 'change'>,
): PullRequest | Ignored {
  const change = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!change) return ignored(`pull request ${about.number}: "${action}" changes no commit`);
  return { kind: 'pull-request', change, ...about };
}

/** What it asks for that `ref` now points at `after`, which is all zeros when it was deleted. */
export function refUpdate(ref: string, after: string, about: About): Push | Deletion | Ignored {
  const branch = branchOf(ref);
  if (!branch) return ignored(`${ref} is no branch`);
  const { deliveryId, repository } = about;
  if (/^0+$/.test(after)) return { kind: 'deletion', deliveryId, repository, branch };
  return { kind: 'push', ...about, branch, sha: after };
}

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
