/** Looks for processes that outlived what started them. Linux: elsewhere the list is empty. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const read = (path: string) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // gone meanwhile
  }
};

/** Command lines of the processes whose arguments or environment mention `text`; not this process and what it started. */
export function strayProcesses(text: string): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && !isOurs(Number(pid)))
    .filter((pid) => `${read(`/proc/${pid}/cmdline`)}${read(`/proc/${pid}/environ`)}`.includes(text))
    .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim());
}

/** Ids of the processes whose environment has all of these `NAME=value`. */
export const processesWith = (variables: string[]): number[] =>
  existsSync('/proc/self/environ')
    ? readdirSync('/proc')
        .filter((pid) => {
          const environment = read(`/proc/${pid}/environ`).split('\0');
          return /^\d+$/.test(pid) && variables.every((variable) => environment.includes(variable));
        })
        .map(Number)
    : [];

/** Ids of the processes whose command line mentions `text`, whoever started them. */
export const processesNamed = (text: string): number[] =>
  existsSync('/proc/self/cmdline')
    ? readdirSync('/proc')
        .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
        .filter((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').includes(text))
        .map(Number)
    : [];

function isOurs(pid: number): boolean {
  for (let one = pid; one > 1; one = parentOf(one)) if (one === process.pid) return true;
  return false;
}

const parentOf = (pid: number) => Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
