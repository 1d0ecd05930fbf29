/** The Git hosts by kind: one file each. A new host is one more row. */
import type { GitHostKind } from '../domain/deployment.ts';
import { bitbucket } from './bitbucket.ts';
import { git } from './git.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { GitHost } from './types.ts';

const hosts: Record<GitHostKind, GitHost> = { git, github, gitlab, bitbucket, gitea };

/** Undefined for anything that is no kind. */
export function gitHost(kind: GitHostKind): GitHost;
export function gitHost(kind: string): GitHost | undefined;
export function gitHost(kind: string): GitHost | undefined {
  return Object.hasOwn(hosts, kind) ? hosts[kind as GitHostKind] : undefined;
}
