/** What deliveries tell of. It waits in a queue between the delivery and what is done about it: hence schemas. */
import * as z from 'zod';
import { Commit, Repository } from '../domain/deployment.ts';

const About = z.object({
  /** The same when the host sends the delivery again. */
  deliveryId: z.string(),
  repository: Repository,
});

/** How its message asks not to be deployed: found before the message was shortened for its way through the queue. */
const Skip = z.string().optional();

const Push = About.extend({
  kind: z.literal('push'),
  branch: z.string(),
  /** The commit that the branch points at now. */
  sha: Commit.shape.sha,
  /** Of that commit; empty when the host left it out, as GitHub does for very large pushes. */
  message: z.string(),
  skip: Skip,
});
export type Push = z.infer<typeof Push>;

/** A tag that is new, or points elsewhere now. */
const Tag = About.extend({
  kind: z.literal('tag'),
  tag: z.string(),
  /** The commit, not the object of an annotated tag. */
  sha: Commit.shape.sha,
  /** Of that commit. */
  message: z.string(),
  skip: Skip,
});
export type Tag = z.infer<typeof Tag>;

/** A branch that is no more. */
const Deletion = About.extend({ kind: z.literal('deletion'), branch: z.string() });
export type Deletion = z.infer<typeof Deletion>;

/** A pull request, or merge request, to the repository, where it is open. */
const PullRequest = About.extend({
  kind: z.literal('pull-request'),
  /** What the host shows, from 1. */
  number: z.int().positive(),
  change: z.enum(['opened', 'updated', 'closed']),
  /** Where its commits come from. */
  branch: z.string(),
  /** Of another repository: of whoever wants. */
  isFork: z.boolean(),
  /** The fork's name, where its commits are to be had there alone. */
  from: z.string().optional(),
  /** Its newest commit. Absent where the host tells only the beginning of it. */
  sha: Commit.shape.sha.optional(),
  /** Its newest commit's message where the host tells it, else its title. */
  message: z.string(),
  skip: Skip,
});
export type PullRequest = z.infer<typeof PullRequest>;

const Change = z.discriminatedUnion('kind', [Push, Tag, Deletion, PullRequest]);
export type Change = z.infer<typeof Change>;

/** One message of the queue. */
export const Announced = z.object({
  deliveryId: z.string().min(1),
  /** When the delivery came: deliveries of one branch may overtake each other on their way into the queue. */
  announcedAt: z.iso.datetime().optional(),
  changes: z.array(Change).min(1),
  /** It failed once, and waits for its next try where it holds back no other. */
  apart: z.literal(true).optional(),
});
export type Announced = z.infer<typeof Announced>;

/** A genuine delivery, or one ref of it, that asks for nothing. `reason` is for the log and the answer. */
export interface Ignored {
  kind: 'ignored';
  reason: string;
}

export type Told = Change | Ignored;
