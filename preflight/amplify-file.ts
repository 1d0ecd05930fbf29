/** Reads amplify.yml into its known parts, or says which line is wrong. Pure. */
import { isMap, isNode, isPair, isScalar, visit } from 'yaml';
import * as z from 'zod';
import { unknownKeys } from './amplify-keys.ts';
import { type Finding, finding } from './finding.ts';
import {
  explain,
  isUnreadable,
  type ReadText,
  readText,
  type TextPlace,
  type UnreadableText,
  valueAt,
} from './yaml-text.ts';

/** Numbers and switches are written without quotes. */
const asText = (value: unknown) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value);
const Text = z.preprocess(asText, z.string());
const Value = z.preprocess((value) => asText(value ?? ''), z.string());

const Globs = z.union([z.string(), z.array(z.string())]).nullish();
/** YAML 1.1 took `yes` for a switch, YAML 1.2 takes it for a word. */
const Switch = z.preprocess(
  (value) => (value === 'yes' || value === 'no' ? value === 'yes' : value),
  z.boolean().nullish(),
);

const Commands = z.object({ commands: z.array(Text).nullish() }).nullish();
const Section = z.object({
  env: z.object({ variables: z.record(z.string(), Value).nullish() }).nullish(),
  backend: z.unknown().optional(),
  test: z
    .object({
      phases: z.object({ preTest: Commands, test: Commands, postTest: Commands }).nullish(),
      artifacts: z
        .object({ baseDirectory: z.string().nullish(), configFilePath: z.string().nullish(), files: Globs })
        .nullish(),
    })
    .nullish(),
  customHeaders: z.unknown().optional(),
  frontend: z
    .object({
      buildPath: z.string().nullish(),
      /** As Amplify's own example spells it. */
      buildpath: z.string().nullish(),
      phases: z.object({ preBuild: Commands, build: Commands, postBuild: Commands }).nullish(),
      artifacts: z.object({ baseDirectory: z.string().nullish(), files: Globs, 'discard-paths': Switch }).nullish(),
      cache: z.object({ paths: z.array(z.string()).nullish() }).nullish(),
    })
    .nullish(),
});
const File = Section.extend({ applications: z.array(Section.extend({ appRoot: z.string() })).nullish() });
export type AmplifySection = z.infer<typeof Section>;
type AmplifyFile = z.infer<typeof File>;

/** What people write has some KB. */
const MAX_AMPLIFY_BYTES = 1_000_000;

const shown = ({ line, column }: TextPlace) => `line ${line}, column ${column}`;

const TAB_INDENT = /^( *\t[ \t]*)/gm;

/** Tabs as indentation count as two spaces each, where the file cannot be read otherwise. */
function readForgiving(file: string, text: string): { read: ReadText | UnreadableText; findings: Finding[] } {
  const read = readText(text, 'YAML');
  if (!isUnreadable(read) || !read.hasTabs) return { read, findings: [] };
  const { line } = read.place;
  const spaced = readText(
    text.replace(TAB_INDENT, (indent) => indent.replaceAll('\t', '  ')),
    'YAML',
  );
  const seen = `${file} is indented with tabs, first in line ${line}: they are read as two spaces each.`;
  return { read: spaced, findings: [finding('AMPLIFY_YML_TABS', seen, { file, line })] };
}

const invalid = (file: string, place: TextPlace | undefined, why: string, remedy?: string) =>
  finding('AMPLIFY_YML_INVALID', `${file}: ${place ? `${shown(place)}: ` : ''}${why}.`, { file, ...place, remedy });

const COMMAND_LISTS = ['preBuild', 'build', 'postBuild', 'preTest', 'test', 'postTest', 'commands'];

/** Commands are what is written wrong most often. */
function commandRemedy(path: PropertyKey[], value: unknown): string | undefined {
  const last = String(path.at(-1));
  if (path.at(-2) === 'commands' && typeof value === 'object' && value !== null) {
    return 'Put the whole command in quotes: a colon with a space behind it makes a mapping of what is not.';
  }
  if (Array.isArray(value) && COMMAND_LISTS.includes(last) && last !== 'commands') {
    return `Put the list below "commands": ${last}: { commands: [ … ] }.`;
  }
  if (typeof value !== 'string' || !COMMAND_LISTS.includes(last)) return undefined;
  const list = `commands: [${JSON.stringify(value)}]`;
  return `Write the commands as a list: ${last === 'commands' ? list : `${last}: { ${list} }`}.`;
}

function wrongType(file: string, read: ReadText, issue: z.core.$ZodIssue): Finding {
  const place = issue.path.length > 0 ? read.placeOf(issue.path) : undefined;
  const remedy = commandRemedy(issue.path, valueAt(read.content, issue.path));
  return invalid(file, place, explain(issue, read.content ?? {}), remedy);
}

export interface ReadAmplify {
  content: AmplifyFile;
  read: ReadText;
  findings: Finding[];
}

/** The file's content and what is odd about it; or why it cannot be read. */
export function readAmplifyFile(file: string, text: string): ReadAmplify | Finding {
  if (text.length > MAX_AMPLIFY_BYTES) {
    const why = `it is larger than ${MAX_AMPLIFY_BYTES / 1e6} MB`;
    return invalid(file, undefined, why, 'Move what the commands need into scripts.');
  }
  const { read, findings } = readForgiving(file, text);
  if (isUnreadable(read)) return invalid(file, read.place, read.message, read.remedy);
  const parsed = File.safeParse(read.content ?? {});
  if (!parsed.success) return wrongType(file, read, parsed.error.issues[0]!);
  return { content: parsed.data, read, findings: [...findings, ...unknownIn(file, read)] };
}

/** With merge keys on, the parser makes a symbol of theirs. */
const nameOf = (key: unknown) => (isScalar(key) ? (typeof key.value === 'symbol' ? '<<' : String(key.value)) : '?');

/** What is written to be meant elsewhere has no other place. */
function holdsAnchor(value: unknown): boolean {
  let found = false;
  const look = (_: unknown, node: { anchor?: string }) => {
    found ||= node.anchor !== undefined;
  };
  if (isNode(value)) visit(value, { Value: look });
  return found;
}

function unknownIn(file: string, { document, placeAt }: ReadText): Finding[] {
  const found: Finding[] = [];
  visit(document, {
    Map(_, map, ancestors) {
      const path = ancestors.filter(isPair).map(({ key }) => nameOf(key));
      for (const { key, value } of map.items) {
        if (!isScalar(key) || !key.range) continue;
        const unknown = unknownKeys(path, nameOf(key));
        if (!unknown || (path.length === 0 && holdsAnchor(value))) continue;
        const place = placeAt(key.range[0]);
        const name = [...path, nameOf(key)].join('.');
        const hint = unknown.nearest ? `: did you mean "${unknown.nearest}"?` : '.';
        found.push(
          finding('AMPLIFY_KEY_UNKNOWN', `${file}: ${shown(place)}: "${name}" is no key of amplify.yml${hint}`, {
            file,
            ...place,
            remedy: unknown.nearest ? `Write "${unknown.nearest}", or remove the key.` : 'Remove the key.',
          }),
        );
      }
      return isMap(map) ? undefined : visit.SKIP;
    },
  });
  return found;
}
