/** What `towpath help` shows, and what a mistyped command is answered. Pure. */
import { nearestKey } from '../preflight/nearest-key.ts';
import type { Verb } from './verb.ts';

/** The verbs by what somebody wants to do. */
export type Verbs = Record<string, Record<string, Verb>>;

const COMMAND = 'npm run towpath --';

export const verbNamed = (verbs: Verbs, name: string): Verb | undefined =>
  Object.values(verbs).find((group) => Object.hasOwn(group, name))?.[name];

export function overview(verbs: Verbs): string {
  const groups = Object.entries(verbs);
  const width = Math.max(...groups.flatMap(([, group]) => Object.keys(group).map((name) => name.length)));
  return [
    `Usage: ${COMMAND} VERB …`,
    ...groups.flatMap(([wish, group]) => [
      `\n${wish}`,
      ...Object.entries(group).map(([name, { brief }]) => `  ${name.padEnd(width)}  ${brief}`),
    ]),
    `
"${COMMAND} VERB --help" says what a verb takes. Every verb takes --json, for one JSON value on standard output.
On a laptop the running local cloud is found by itself, or by its folder: --data DIR or TOWPATH_DATA.
In AWS, set TOWPATH_API (the HTTP API’s URL) and TOWPATH_TOKEN.`,
  ].join('\n');
}

const usageOf = ({ usage }: Pick<Verb, 'usage'>) => wrapped(`Usage: ${COMMAND} ${usage}`);

export const helpOf = (verb: Verb) => `${usageOf(verb)}\n\n${wrapped(verb.summary, '')}`;

const COLUMNS = 100;

/** What is in brackets stays together. */
function wrapped(text: string, indent = '  '): string {
  const lines = [''];
  for (const word of text.match(/\[(?:[^[\]]|\[[^\]]*\])*\]\S*|\S+/g) ?? []) {
    const line = lines.at(-1) as string;
    if (line.length + 1 + word.length > COLUMNS) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.join('\n');
}

export function unknownVerb(verbs: Verbs, name: string): string {
  const meant = nearestKey(name, Object.values(verbs).flatMap(Object.keys));
  return `There is no verb "${name}"${meant ? `: did you mean "${meant}"?` : '.'} "${COMMAND} help" lists them all.`;
}

/** A message about what was typed, with what the verb takes. */
export function wrongUsage(message: string, verb: Pick<Verb, 'usage'>): string {
  const [, option] = /^Unknown option '--([^']+)'/.exec(message) ?? [];
  const meant = option && nearestKey(option, optionsOf(verb));
  const told = option ? `There is no option --${option}${meant ? `: did you mean --${meant}?` : '.'}` : message;
  return `${told}\n\n${usageOf(verb)}`;
}

/** Without their dashes. */
export const optionsOf = ({ usage }: Pick<Verb, 'usage'>) => [
  ...new Set([...usage.matchAll(/--([a-z][a-z-]*)/g)].map(([, option]) => String(option))),
];
