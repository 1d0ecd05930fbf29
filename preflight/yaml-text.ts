/** YAML and JSON as people write them: what a text holds, where, and in which words what is wrong with it. Pure. */
import {
  type Alias,
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type * as z from 'zod';
import { nearestKey } from './nearest-key.ts';

/** Both from 1. */
export interface TextPlace {
  line: number;
  column: number;
}

export interface ReadText {
  document: Document.Parsed;
  content: unknown;
  /** Of an offset in the text. */
  placeAt(offset: number): TextPlace;
  /** Where the value at `path` is written, or the nearest thing around it. */
  placeOf(path: readonly PropertyKey[]): TextPlace;
  /** Where the last key of `path` is written. */
  placeOfKey(path: readonly PropertyKey[]): TextPlace;
}

export interface UnreadableText {
  place: TextPlace;
  message: string;
  remedy?: string;
  /** Indented with tabs, which YAML forbids and a reader may forgive. */
  hasTabs: boolean;
}

/** A document may unfold to this many times what is written in it. */
const MAX_ALIASES = 100;
const NO_ALIASES = 'Write the values out, without anchors and aliases.';

const withoutMark = (text: string) => text.replace(/^\uFEFF/, '');
const sentence = (message: string) => message.replace(/\.$/, '');

/** What toJS could not unfold: the first alias that leads nowhere, or the last of too many. */
function aliasProblem(document: Document.Parsed, format: 'YAML' | 'JSON') {
  const aliases: Alias[] = [];
  visit(document, { Alias: (_, alias) => void aliases.push(alias) });
  const lost = aliases.find((alias) => !alias.resolve(document));
  const at = (lost ?? aliases.at(-1))?.range?.[0] ?? 0;
  if (format === 'JSON') return { at, message: 'no JSON: there are no aliases in it' };
  if (lost)
    return { at, message: `the alias *${lost.source} stands for nothing: no anchor &${lost.source} comes before it` };
  return { at, message: `its aliases unfold to more than ${MAX_ALIASES} times what is written` };
}

/** The innermost bracket before `offset` that nothing closes: the parser complains of what comes behind it. */
function openBracket(document: Document.Parsed, text: string, offset: number): number | undefined {
  let at: number | undefined;
  visit(document, {
    Collection(_, { flow, range }) {
      if (flow && range && range[0] < offset && !/[\]}]$/.test(text.slice(range[0] + 1, range[1]))) at = range[0];
    },
  });
  return at;
}

/** What the parser says, where it says it in words that a writer of YAML has to know. */
const MEANINGS: Partial<Record<YAMLError['code'], string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'its indentation fits none of the lines above',
  MULTIPLE_DOCS: 'a second document begins here, and one alone is read: remove the line of dashes',
};

function syntaxProblem(error: YAMLError, document: Document.Parsed, text: string): { at: number; message: string } {
  const at = error.message.startsWith('Flow ') ? openBracket(document, text, error.pos[0]) : undefined;
  if (at !== undefined) return { at, message: `the "${text[at]}" that begins here is not closed` };
  return { at: error.pos[0], message: MEANINGS[error.code] ?? sentence(error.message) };
}

export function readText(text: string, format: 'YAML' | 'JSON'): ReadText | UnreadableText {
  const lines = new LineCounter();
  const options = format === 'YAML' ? { merge: true } : { schema: 'json' as const };
  const written = withoutMark(text);
  const document = parseDocument(written, { ...options, lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  // What UTF-16 looks like to who expects UTF-8.
  if (written.includes('\0')) {
    const message = `no ${format}: it is written in UTF-16, or is no text. Save it as UTF-8`;
    return { place: { line: 1, column: 1 }, message, hasTabs: false };
  }
  const [error] = document.errors;
  if (error) {
    const { at, message } = syntaxProblem(error, document, written);
    return { place: placeAt(at), message: `no ${format}: ${message}`, hasTabs: error.code === 'TAB_AS_INDENT' };
  }
  const placeOf = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return placeAt(node.range[0]);
    }
    return placeAt(document.contents?.range?.[0] ?? 0);
  };
  const placeOfKey = (path: readonly PropertyKey[]) => {
    const map = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
    const pair = isMap(map) ? map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
    return isScalar(pair?.key) && pair.key.range ? placeAt(pair.key.range[0]) : placeOf(path);
  };
  try {
    const content = document.toJS({ maxAliasCount: format === 'YAML' ? MAX_ALIASES : 0 });
    return { document, content, placeAt, placeOf, placeOfKey };
  } catch {
    const { at, message } = aliasProblem(document, format);
    return { place: placeAt(at), message, remedy: NO_ALIASES, hasTabs: false };
  }
}

export const isUnreadable = (read: ReadText | UnreadableText): read is UnreadableText => 'message' in read;

const TYPE_NAMES: Record<string, string> = {
  record: 'a mapping',
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
};

/** More would hide what is wrong with it. */
const MAX_SHOWN = 60;
const shortened = (text: string) => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `the ${typeof value} ${shortened(JSON.stringify(value))}`;
}

export const valueAt = (content: unknown, path: readonly PropertyKey[]) =>
  path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], content);

/** @param known the keys of the schema, for the one that was meant */
export function explain(issue: z.core.$ZodIssue, content: unknown, known: readonly string[] = []): string {
  const name = issue.path.join('.') || 'the file';
  const value = valueAt(content, issue.path);
  if (issue.code === 'invalid_type') {
    return `${name} has to be ${TYPE_NAMES[issue.expected] ?? issue.expected}, and is ${kindOf(value)}`;
  }
  if (issue.code === 'invalid_value') {
    return `${name} has to be one of ${issue.values.join(', ')}, and is ${kindOf(value)}`;
  }
  if (issue.code !== 'unrecognized_keys') return `${name}: ${issue.message}`;
  const [key = ''] = issue.keys;
  const near = nearestKey(key, known);
  const whole = [...issue.path, key].join('.');
  return `"${whole}" is no key that is known here${near ? `: "${near}" may be meant` : ''}`;
}
