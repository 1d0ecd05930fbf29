/** A deployment's build log: as far as it is written, or followed until the build has ended. */
import { setTimeout as wait } from 'node:timers/promises';
import { isFinal } from '../domain/deployment.ts';
import { answer, type TowpathApi } from './api.ts';

const POLL_MILLISECONDS = 500;

/** Each call answers the lines that were written since the one before. */
function openLog(api: TowpathApi, id: string): () => Promise<string[]> {
  let from: string | undefined;
  return async () => {
    const lines: string[] = [];
    for (;;) {
      const page = await answer(api.deployments[':id'].log.$get({ param: { id }, query: from ? { from } : {} }));
      lines.push(...page.lines.map(({ text }) => text));
      // The token that was given means the end; an empty page with another token does not.
      if (!page.next || page.next === from) return lines;
      from = page.next;
    }
  };
}

export const readLog = (api: TowpathApi, id: string): Promise<string[]> => openLog(api, id)();

/** npm explains all its options after the one line that matters. */
const USAGE = { begins: /^npm (?:error|ERR!) Usage:/, ends: /^npm (?:error|ERR!) Run "npm help / };

/** CodeBuild goes on after it: with POST_BUILD, and with looking for the artifact of a build that has none. */
const FAILED_COMMAND = /^\[Container\] \S+ \S+ Command did not exit successfully /;

/** The end of a log, in which a person looks for what went wrong: up to the command that failed, where one did. */
export function lastLines(lines: string[], count: number): string[] {
  const failed = lines.findIndex((line) => FAILED_COMMAND.test(line));
  let isUsage = false;
  const told = lines.slice(0, failed < 0 ? undefined : failed + 1).filter((line) => {
    isUsage ||= USAGE.begins.test(line);
    if (!isUsage) return true;
    isUsage = !USAGE.ends.test(line);
    return false;
  });
  return told.slice(-count);
}

/** Shows each line as it is written, and resolves once the build has ended, or will never begin. */
export async function followLog(api: TowpathApi, id: string, show: (line: string) => void): Promise<void> {
  const more = openLog(api, id);
  for (;;) {
    // Asked first: what was written before the end is then there to be read.
    const { status, timeline } = await answer(api.deployments[':id'].$get({ param: { id } }));
    const build = timeline.find(({ step }) => step === 'Build');
    for (const line of await more()) show(line);
    if (isFinal(status) || (build && build.status !== 'running')) return;
    await wait(POLL_MILLISECONDS);
  }
}
