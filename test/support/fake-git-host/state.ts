/** What the fake Git host knows: repositories as no host in particular would describe them. */
export interface FakeHook {
  id: string;
  url: string;
  secret: string;
  events: string[];
}

export interface FakeComment {
  id: string;
  body: string;
}

export interface FakeRepository {
  name: string;
  private: boolean;
  defaultBranch?: string;
  branches: Record<string, { sha: string; message: string }>;
  /** Commit → .tar.gz */
  archives: Record<string, Buffer>;
  hooks: FakeHook[];
  /** As they came, newest last. */
  statuses: { sha: string; body: Record<string, unknown> }[];
  comments: Record<string, FakeComment[]>;
  /** Of pull requests, the newest first: who asks for them hears of these commits. */
  pulls: Record<string, { sha: string; message: string }[]>;
}

/** What a dialect makes of the parts above, and reads from requests. */
export interface Dialect {
  /** Regular expression text of a repository's address under the API; its one group is the name as it stands in the path. */
  repository: string;
  routes: [method: string, path: RegExp, operation: Operation][];
  facts(repository: FakeRepository, page: string): object;
  head(name: string, head: { sha: string; message: string }): object;
  /** Of a list of branches, or of a pull request's commits. */
  many(heads: object[]): object;
  hooks(hooks: FakeHook[]): object;
  /** Undefined for what the host would refuse. */
  readHook(body: Record<string, unknown>): Omit<FakeHook, 'id'> | undefined;
  comments(comments: FakeComment[]): object;
  readComment(body: Record<string, unknown>): unknown;
  /** The token that a request presents. */
  token(authorization: string | undefined): string | undefined;
}

export type Operation =
  | 'facts'
  | 'branch'
  | 'branches'
  | 'pullCommits'
  | 'hooks'
  | 'createHook'
  | 'deleteHook'
  | 'comments'
  | 'createComment'
  | 'updateComment'
  | 'status'
  | 'archive';
