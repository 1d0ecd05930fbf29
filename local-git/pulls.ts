/** Pull requests between branches of one repository, in a file beside it: opened, moved by pushes, closed. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PullEvent, PushRecord } from './outbox.ts';
import type { Repositories } from './repositories.ts';

interface OpenPull {
  branch: string;
  /** What was told last. */
  sha: string;
  /** Said to come from another repository; it does not. */
  isFork: boolean;
}

export type Pulls = ReturnType<typeof createPulls>;

export function createPulls(repositories: Repositories) {
  const fileOf = (name: string) => path.join(repositories.folderOf(name), 'towpath-pulls.json');
  const read = (name: string): Record<string, OpenPull> =>
    existsSync(fileOf(name)) ? JSON.parse(readFileSync(fileOf(name), 'utf8')) : {};
  const write = (name: string, pulls: Record<string, OpenPull>) => {
    writeFileSync(`${fileOf(name)}.tmp`, JSON.stringify(pulls));
    renameSync(`${fileOf(name)}.tmp`, fileOf(name));
  };
  const told = (repository: string, number: number, pull: OpenPull, action: PullEvent['action']): PushRecord => ({
    repository,
    ref: `refs/heads/${pull.branch}`,
    before: pull.sha,
    after: pull.sha,
    pull: { number, action, isFork: pull.isFork },
  });

  return {
    /** Undefined when there is no such branch. */
    async open(name: string, number: number, branch: string, isFork: boolean): Promise<PushRecord | undefined> {
      const sha = await repositories.head(name, `refs/heads/${branch}`);
      if (!sha) return undefined;
      const pull = { branch, sha, isFork };
      write(name, { ...read(name), [number]: pull });
      return told(name, number, pull, 'opened');
    },

    /** Undefined when it is not open. */
    close(name: string, number: number): PushRecord | undefined {
      const { [String(number)]: closed, ...others } = read(name);
      if (!closed) return undefined;
      write(name, others);
      return told(name, number, closed, 'closed');
    },

    /** What the last pushes mean for those that are open. */
    async updates(name: string): Promise<PushRecord[]> {
      const pulls = read(name);
      const updates: PushRecord[] = [];
      for (const [number, pull] of Object.entries(pulls)) {
        const sha = await repositories.head(name, `refs/heads/${pull.branch}`);
        if (!sha || sha === pull.sha) continue;
        pulls[number] = { ...pull, sha };
        updates.push(told(name, Number(number), { ...pull, sha }, 'updated'));
      }
      if (updates.length > 0) write(name, pulls);
      return updates;
    },
  };
}
