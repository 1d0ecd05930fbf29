/** What every Git host can do for Towpath. All of it is pure: requests are values, {@link send} performs them. */
import type { Repository } from '../domain/deployment.ts';
import type { GitHostCalls } from './calls.ts';

/** Header names in lower case, as HTTP APIs and Node.js give them. */
export type Headers = Record<string, string | undefined>;

export interface Push {
  kind: 'push';
  /** The same when the host sends the delivery again. */
  deliveryId: string;
  repository: Repository;
  branch: string;
  /** The commit that the branch points at now. */
  sha: string;
  /** Of that commit; empty when the host left it out, as GitHub does for very large pushes. */
  message: string;
}

/** A branch that is no more. */
export interface Deletion {
  kind: 'deletion';
  deliveryId: string;
  repository: Repository;
  branch: string;
}

/** A pull request, or merge request, to the repository. */
export interface PullRequest {
  kind: 'pull-request';
  deliveryId: string;
  /** Where it is open. */
  repository: Repository;
  /** What the host shows, from 1. */
  number: number;
  change: 'opened' | 'updated' | 'closed';
  /** Where its commits come from. */
  branch: string;
  /** Of another repository: of whoever wants. */
  isFork: boolean;
  /** Its newest commit. Absent where the host tells only the beginning of it. */
  sha?: string;
  /** Its newest commit's message where the host tells it, else its title. */
  message: string;
}

/** A genuine delivery, or one ref of it, that asks for nothing. `reason` is for the log and the answer. */
export interface Ignored {
  kind: 'ignored';
  reason: string;
}

export type Change = Push | Deletion | PullRequest | Ignored;

export interface CommitStatus {
  state: 'pending' | 'success' | 'failure' | 'error';
  /** Statuses of one context replace each other, e.g. `towpath/shop-main`. */
  context: string;
  description: string;
  targetUrl?: string;
}

export interface HostRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

export interface GitHost {
  /** Whether the delivery was signed with `secret`, in constant time. Nothing of it may be believed before. */
  verify(rawBody: Uint8Array, headers: Headers, secret: string): boolean | Promise<boolean>;
  /** One for each ref that the delivery tells of, at least one: Bitbucket puts all refs of a push into one delivery. */
  parsePush(headers: Headers, rawBody: Uint8Array): Change[];
  /** The commit's tree as .tar.gz under one top-level folder. */
  archiveRequest(repository: Repository, sha: string, token?: string): HostRequest;
  statusRequest(repository: Repository, sha: string, status: CommitStatus, token?: string): HostRequest;
  /** Absent where nothing is to be connected: the embedded remote delivers by itself. */
  calls?: GitHostCalls;
}
