/** What Towpath asks of a Git host's API beyond archives and statuses. Values: {@link ask} performs them. */
import type * as z from 'zod';
import type { Repository } from '../domain/deployment.ts';
import type { ScopeQuestion } from './scopes.ts';
import type { HostRequest } from './types.ts';

/** A request, and what its good answer's body has to be. */
export interface HostCall<Answer> {
  request: HostRequest;
  answer: z.ZodType<Answer>;
}

export interface RepositoryFacts {
  /** As the host writes it: hosts answer for any case, and for former names. */
  name: string;
  /** The repository's page, which deliveries name too. */
  url: string;
  /** Absent while the repository is empty. */
  defaultBranch?: string;
}

export interface BranchHead {
  sha: string;
  message: string;
}

/** Of a branch; hosts that list many leave their messages out. */
export interface NamedHead {
  name: string;
  sha: string;
}

/** The host's own id of it, and where it delivers to. */
export interface Hook {
  id: string;
  url: string;
  /** Whether it does not hear of all that hooks are made for by now. */
  isOutdated?: boolean;
}

export interface HookSettings {
  url: string;
  secret: string;
}

export interface Comment {
  id: string;
  body: string;
}

/** `token` last, everywhere; it is for the repository's own server alone. */
export interface GitHostCalls {
  repository(of: Repository, token?: string): HostCall<RepositoryFacts>;
  /** Absent where the host does not tell what a token may do. */
  scopes?(of: Repository, token: string): ScopeQuestion;
  branch(of: Repository, name: string, token?: string): HostCall<BranchHead>;
  /** As many as {@link branchesAtOnce}; where there are more, no host says which these are. */
  branches(of: Repository, token?: string): HostCall<NamedHead[]>;
  branchesAtOnce: number;
  /** Absent where deliveries tell a pull request's whole commit. */
  pullHead?(of: Repository, number: number, token?: string): HostCall<BranchHead>;
  /** The newest hundred, or what the host gives at most. */
  hooks(of: Repository, token?: string): HostCall<Hook[]>;
  /** Of pushes, deleted branches and pull requests. */
  createHook(of: Repository, hook: HookSettings, token?: string): HostCall<unknown>;
  deleteHook(of: Repository, id: string, token?: string): HostCall<unknown>;
  /** `number` is what the host shows for the pull or merge request. */
  comments(of: Repository, number: number, token?: string): HostCall<Comment[]>;
  createComment(of: Repository, number: number, body: string, token?: string): HostCall<unknown>;
  updateComment(of: Repository, number: number, id: string, body: string, token?: string): HostCall<unknown>;
}
