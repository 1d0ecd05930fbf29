/** The Git hosts by kind: one file each. A new host is one more row. */
import type { GitHostKind } from '../domain/deployment.ts';
import { git } from './git.ts';
import { github } from './github.ts';
import type { GitHost } from './types.ts';

const hosts: Partial<Record<GitHostKind, GitHost>> = { git, github };

/** Undefined for a kind that Towpath does not speak with yet, and for anything that is no kind. */
export const gitHost = (kind: string): GitHost | undefined =>
  Object.hasOwn(hosts, kind) ? hosts[kind as GitHostKind] : undefined;
