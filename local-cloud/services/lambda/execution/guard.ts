/**
 * Ends the functions' processes when the local cloud itself is killed (SIGKILL, out of memory): a shell reads which
 * process groups exist and, at the end of its input, kills those that are left. A function that never returns to its
 * event loop would not notice otherwise.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

const SCRIPT = `
groups=
while read -r sign group; do
  if [ "$sign" = + ]; then groups="$groups $group"
  else
    rest=
    for other in $groups; do [ "$other" = "$group" ] || rest="$rest $other"; done
    groups=$rest
  fi
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

export interface Guard {
  watch(group: number): void;
  forget(group: number): void;
  stop(): Promise<void>;
}

/** Starts its shell with the first process group to watch. */
export function startGuard(): Guard {
  let shell: ChildProcess | undefined;

  const start = () => {
    const child = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
    child.unref();
    (child.stdin as Writable & { unref(): void }).unref();
    child.on('error', () => undefined);
    child.stdin!.on('error', () => undefined);
    return child;
  };

  return {
    watch: (group) => {
      shell ??= start();
      shell.stdin!.write(`+ ${group}\n`);
    },
    forget: (group) => void shell?.stdin?.write(`- ${group}\n`),
    stop: async () => {
      if (!shell || shell.exitCode !== null || shell.pid === undefined) return;
      const ended = new Promise<void>((resolve) => shell!.once('exit', () => resolve()));
      shell.ref();
      shell.stdin!.end();
      await ended;
      shell = undefined;
    },
  };
}
