/**
 * Whether a token may do what Towpath asks of its host, as far as the host tells what the token was given: GitHub of classic tokens
 * alone, GitLab and Bitbucket of all but OAuth's or an account's, Gitea not at all. A token of which nothing is told is tried.
 */
import * as z from 'zod';
import type { Repository } from '../domain/deployment.ts';
import { gitProblem } from './errors.ts';
import type { Send } from './send.ts';
import type { HostRequest } from './types.ts';

/** One of these scopes is enough for what is `for`. */
export interface NeededScope {
  for: string;
  oneOf: string[];
}

/** How a host is asked for a token's scopes, and which of them Towpath needs. */
export interface ScopeQuestion {
  request: HostRequest;
  /** Undefined where the answer does not tell. */
  read(headers: Headers, body: unknown): string[] | undefined;
  needed: NeededScope[];
}

const TIMEOUT_MS = 5_000;

/**
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
 * An empty list tells nothing: tokens that have permissions instead of scopes come with one.
 */
export const ofHeader = (headers: Headers): string[] | undefined => {
  const told = (headers.get('x-oauth-scopes') ?? '').split(/[\s,]+/).filter(Boolean);
  return told.length === 0 ? undefined : told;
};

const GitLabToken = z.object({ scopes: z.array(z.string()) });
/** Stands for permissions of another kind: https://docs.gitlab.com/auth/tokens/fine_grained_access_tokens/ */
const FINE_GRAINED = 'granular';
/** https://docs.gitlab.com/api/personal_access_tokens/#retrieve-details-on-a-personal-access-token; of projects and groups, too. */
export const ofGitLabToken = (_: Headers, body: unknown): string[] | undefined => {
  const told = GitLabToken.safeParse(body).data?.scopes;
  return told?.includes(FINE_GRAINED) ? undefined : told;
};

/** Pure. */
export const missingScopes = (granted: string[], needed: NeededScope[]): NeededScope[] =>
  needed.filter(({ oneOf }) => !oneOf.some((scope) => granted.includes(scope)));

/** Rejects when the host says that the token lacks something. Whatever else is wrong with it, the calls to come will tell. */
export async function checkScopes({ name }: Repository, question: ScopeQuestion, send: Send): Promise<void> {
  const response = await send(question.request, { timeoutMs: TIMEOUT_MS }).catch(() => undefined);
  const body: unknown = await response?.json().catch(() => undefined);
  const granted = response?.ok ? question.read(response.headers, body) : undefined;
  const missing = granted ? missingScopes(granted, question.needed) : [];
  if (missing.length === 0) return;
  const wanted = missing.map((one) => `${one.oneOf.join(' or ')} (${one.for})`).join(', ');
  const has = granted?.filter((scope) => /^[\w:.-]{1,64}$/.test(scope)).join(', ') || 'none';
  throw gitProblem('GIT_TOKEN_SCOPES', `The token for ${name} lacks a scope: ${wanted}. It has: ${has}.`);
}
