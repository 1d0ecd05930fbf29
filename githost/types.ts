/** What every Git host can do for Towpath. All of it is pure: requests are values, {@link send} performs them. */
import type { Repository } from '../domain/deployment.ts';
import type { GitHostCalls } from './calls.ts';
import type { Told } from './changes.ts';

/** Header names in lower case, as HTTP APIs and Node.js give them. */
export type Headers = Record<string, string | undefined>;

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
  parsePush(headers: Headers, rawBody: Uint8Array): Told[];
  /** The commit's tree as .tar.gz under one top-level folder. */
  archiveRequest(repository: Repository, sha: string, token?: string): HostRequest;
  statusRequest(repository: Repository, sha: string, status: CommitStatus, token?: string): HostRequest;
  /** Absent where nothing is to be connected: the embedded remote delivers by itself. */
  calls?: GitHostCalls;
}
