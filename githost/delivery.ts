/** Decisions that several hosts' deliveries share. */
import * as z from 'zod';
import type { Deletion, Ignored, PullRequest, Push, Tag } from './changes.ts';
import type { Headers } from './types.ts';

const BRANCH_PREFIX = 'refs/heads/';
const TAG_PREFIX = 'refs/tags/';

/** No host signs its headers: an id that is no plain token, or too long for a key of the table, is none. */
const DELIVERY_ID = /^[\x21-\x7e]{1,128}$/;

/** `owner/name`, where Gitea's owners may have dots, too; a part of dots alone would lead elsewhere in a URL. */
export const RepositoryName = z
  .string()
  .max(512)
  .regex(/^(?=[.-]*\w)[\w.-]+\/(?=[.-]*\w)[\w.-]+$/);

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

/** `main` of `refs/heads/main`; undefined for a ref of another kind. */
const nameOf = (ref: string, prefix: string) =>
  ref.length > prefix.length && ref.startsWith(prefix) ? ref.slice(prefix.length) : undefined;

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

const isGone = (after: string) => /^0+$/.test(after);

/** `commit`: what the tag means, which may be annotated. */
export function tagUpdate(tag: string, commit: string | undefined, about: About): Tag | Ignored {
  if (commit === undefined) return ignored(`tag ${tag}: the delivery does not tell its commit`);
  return { kind: 'tag', ...about, tag, sha: commit };
}

/**
 * What it asks for that `ref` now points at `after`, which is all zeros when it was deleted. `commit` is the newest one that
 * the delivery tells of: an annotated tag points at an object of its own.
 */
export function refUpdate(
  ref: string,
  after: string,
  about: About,
  commit: string | undefined,
): Push | Tag | Deletion | Ignored {
  const [branch, tag] = [nameOf(ref, BRANCH_PREFIX), nameOf(ref, TAG_PREFIX)];
  if (tag) return isGone(after) ? ignored(`tag ${tag} was deleted`) : tagUpdate(tag, commit, about);
  if (!branch) return ignored(`${ref} is neither branch nor tag`);
  const { deliveryId, repository } = about;
  if (isGone(after)) return { kind: 'deletion', deliveryId, repository, branch };
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
