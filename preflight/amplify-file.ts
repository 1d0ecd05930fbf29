/** Reads amplify.yml into its known parts, or says which line is wrong. Pure. */
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { unknownKeys } from './amplify-keys.ts';
import { type Finding, finding } from './finding.ts';

const Commands = z.object({ commands: z.array(z.coerce.string()).nullish() }).nullish();
const Section = z.object({
  env: z.object({ variables: z.record(z.string(), z.coerce.string()).nullish() }).nullish(),
  backend: z.unknown().optional(),
  test: z
    .object({
      phases: z.object({ preTest: Commands, test: Commands, postTest: Commands }).nullish(),
      artifacts: z
        .object({ baseDirectory: z.string().nullish(), files: z.union([z.string(), z.array(z.string())]).nullish() })
        .nullish(),
    })
    .nullish(),
  customHeaders: z.unknown().optional(),
  frontend: z
    .object({
      buildPath: z.string().nullish(),
      phases: z.object({ preBuild: Commands, build: Commands, postBuild: Commands }).nullish(),
      artifacts: z.object({ baseDirectory: z.string().nullish() }).nullish(),
      cache: z.object({ paths: z.array(z.string()).nullish() }).nullish(),
    })
    .nullish(),
});
const File = Section.extend({ applications: z.array(Section.extend({ appRoot: z.string() })).nullish() });
export type AmplifySection = z.infer<typeof Section>;
type AmplifyFile = z.infer<typeof File>;

/** What people write has some KB. */
const MAX_AMPLIFY_BYTES = 1_000_000;

type Reading = { document: Document.Parsed; lines: LineCounter };

function parseYaml(text: string): Reading {
  const lines = new LineCounter();
  return { document: parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false }), lines };
}

const placeAt = (lines: LineCounter, offset: number) => {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
};
const shown = ({ line, column }: { line: number; column: number }) => `line ${line}, column ${column}`;

/** Where the value at `path` is written, or the nearest thing around it. */
function placeOf({ document, lines }: Reading, path: PropertyKey[]) {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return placeAt(lines, node.range[0]);
  }
  return { line: 1, column: 1 };
}

const TAB_INDENT = /^( *\t[ \t]*)/gm;

/** Tabs as indentation count as two spaces each, where the file cannot be read otherwise. */
function parseWithTabs(file: string, text: string): Reading & { findings: Finding[] } {
  const reading = parseYaml(text);
  if (!reading.document.errors.some(({ code }) => code === 'TAB_AS_INDENT')) return { ...reading, findings: [] };
  const { line } = reading.lines.linePos(reading.document.errors[0]?.pos[0] ?? 0);
  const spaced = parseYaml(text.replace(TAB_INDENT, (indent) => indent.replaceAll('\t', '  ')));
  const seen = `${file} is indented with tabs, first in line ${line}: they are read as two spaces each.`;
  return { ...spaced, findings: [finding('AMPLIFY_YML_TABS', seen, { file, line })] };
}

const invalid = (file: string, place: { line: number; column: number } | undefined, why: string, remedy?: string) =>
  finding('AMPLIFY_YML_INVALID', `${file}: ${place ? `${shown(place)}: ` : ''}${why}.`, { file, ...place, remedy });

function contentOf(file: string, { document }: Reading): { content: unknown } | Finding {
  try {
    // Refuses a document whose aliases unfold to more than a hundred times what they stand for.
    return { content: document.toJS({ maxAliasCount: 100 }) ?? {} };
  } catch (error) {
    return invalid(file, undefined, (error as Error).message, 'Write the values out, without anchors and aliases.');
  }
}

const typeNames: Record<string, string> = { record: 'a mapping', object: 'a mapping', array: 'a list', string: 'text' };
const kindOf = (value: unknown) =>
  value === null
    ? 'nothing'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'a mapping'
        : `the ${typeof value} ${JSON.stringify(value)}`;

function wrongType(file: string, reading: Reading, content: unknown, issue: z.core.$ZodIssue): Finding {
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    content,
  );
  const wanted = issue.code === 'invalid_type' ? (typeNames[issue.expected] ?? issue.expected) : undefined;
  const place = issue.path.length > 0 ? placeOf(reading, issue.path) : undefined;
  const name = issue.path.join('.') || 'the file';
  const why = wanted ? `${name} has to be ${wanted}, and is ${kindOf(value)}` : `${name}: ${issue.message}`;
  const last = issue.path.at(-1);
  const isPhase =
    wanted &&
    typeof value === 'string' &&
    ['preBuild', 'build', 'postBuild', 'preTest', 'test', 'postTest', 'commands'].includes(String(last));
  const remedy = isPhase
    ? `Write the commands as a list: ${last === 'commands' ? '' : `${String(last)}: { `}commands: [${JSON.stringify(value)}]${last === 'commands' ? '' : ' }'}.`
    : undefined;
  return invalid(file, place, why, remedy);
}

/** The file's content and what is odd about it; or why it cannot be read. */
export function readAmplifyFile(file: string, text: string): { content: AmplifyFile; findings: Finding[] } | Finding {
  if (text.length > MAX_AMPLIFY_BYTES) {
    return invalid(
      file,
      undefined,
      `it is larger than ${MAX_AMPLIFY_BYTES / 1e6} MB`,
      'Move what the commands need into scripts.',
    );
  }
  const reading = parseWithTabs(file, text);
  const [error] = reading.document.errors;
  if (error) return invalid(file, placeAt(reading.lines, error.pos[0]), `no YAML: ${error.message.replace(/\.$/, '')}`);
  const raw = contentOf(file, reading);
  if ('code' in raw) return raw;
  const parsed = File.safeParse(raw.content);
  if (!parsed.success) return wrongType(file, reading, raw.content, parsed.error.issues[0]!);
  return { content: parsed.data, findings: [...reading.findings, ...unknownIn(file, reading)] };
}

function unknownIn(file: string, { document, lines }: Reading): Finding[] {
  const found: Finding[] = [];
  visit(document, {
    Map(_, map, ancestors) {
      const path = ancestors.filter(isPair).map(({ key }) => (isScalar(key) ? String(key.value) : '?'));
      for (const { key } of map.items) {
        if (!isScalar(key) || !key.range) continue;
        const unknown = unknownKeys(path, String(key.value));
        if (!unknown) continue;
        const place = placeAt(lines, key.range[0]);
        const name = [...path, String(key.value)].join('.');
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
