/** Bare repositories under one folder, the commit statuses beside them, and the hook that writes accepted pushes down. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Git } from './git.ts';

export interface CommitStatus {
  state: 'pending' | 'success' | 'failure' | 'error';
  context: string;
  description: string;
  targetUrl?: string;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const SHA = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * One file per updated branch or tag, complete before the pusher is told that the push was accepted: an acknowledged push
 * survives the end of this process. `$TOWPATH_PUSH` keeps the files in the order of the pushes.
 */
const POST_RECEIVE = `#!/bin/sh
number=0
while read -r before after ref; do
  case "$ref" in
    refs/heads/*) said="deployment queued for \${ref#refs/heads/}" ;;
    refs/tags/*) said="told of tag \${ref#refs/tags/}" ;;
    *) continue ;;
  esac
  number=$((number + 1))
  entry="$TOWPATH_OUTBOX/$TOWPATH_PUSH.$number"
  printf '%s\\n%s\\n%s\\n%s\\n' "$TOWPATH_REPOSITORY" "$before" "$after" "$ref" >"$entry.tmp" && mv "$entry.tmp" "$entry.push" || exit 1
  case "$after" in
    *[!0]*) echo "Towpath: $said" ;;
  esac
done
`;

export const isRepositoryName = (name: string) => NAME.test(name) && !name.endsWith('.git') && !name.includes('..');
export const isSha = (text: string) => SHA.test(text);

export function installHook(hooksFolder: string) {
  mkdirSync(hooksFolder, { recursive: true });
  const file = path.join(hooksFolder, 'post-receive');
  writeFileSync(file, POST_RECEIVE);
  chmodSync(file, 0o755);
}

export function createRepositories(root: string, git: Git) {
  mkdirSync(root, { recursive: true });
  const folderOf = (name: string) => path.join(root, `${name}.git`);
  const statusFile = (name: string, sha: string) => path.join(folderOf(name), 'towpath-statuses', `${sha}.json`);
  const exists = (name: string) => isRepositoryName(name) && existsSync(path.join(folderOf(name), 'HEAD'));

  const statuses = (name: string, sha: string): CommitStatus[] => {
    const file = statusFile(name, sha);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  };

  return {
    root,
    folderOf,
    exists,
    names: () =>
      readdirSync(root)
        .filter((folder) => folder.endsWith('.git'))
        .map((folder) => folder.slice(0, -'.git'.length)),

    /** Makes the repository, or finds it as it is. */
    async create(name: string): Promise<void> {
      if (!isRepositoryName(name)) {
        throw new Error(`"${name}" is no repository name: use up to 100 of A–Z, a–z, 0–9, "." , "_" and "-".`);
      }
      if (exists(name)) return;
      await git.output(root, ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', folderOf(name)]);
    },

    hasCommit: (name: string, sha: string) =>
      git.output(folderOf(name), ['cat-file', '-e', `${sha}^{commit}`]).then(
        () => true,
        () => false,
      ),

    /** The commit that a ref points at. */
    head: (name: string, ref: string): Promise<string | undefined> =>
      git.output(folderOf(name), ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`, '--']).then(
        (sha) => sha.trim().split('\n')[0],
        () => undefined,
      ),

    message: async (name: string, sha: string) =>
      (await git.output(folderOf(name), ['log', '-1', '--format=%B', sha, '--'])).trim(),

    statuses,

    /** The newest status of each context is the one that counts, as on GitHub: newest first. */
    addStatus(name: string, sha: string, status: CommitStatus) {
      const file = statusFile(name, sha);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(`${file}.tmp`, JSON.stringify([status, ...statuses(name, sha)]));
      renameSync(`${file}.tmp`, file);
    },
  };
}
export type Repositories = ReturnType<typeof createRepositories>;
