/** The part of Amplify Hosting's amplify.yml that Towpath follows. https://docs.aws.amazon.com/amplify/latest/userguide/yml-specification-syntax.html */
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { problem } from './errors.ts';
import { majorOfVersionFile } from './node-version.ts';
import { nearest, normalRoot, type SourceFiles } from './source-files.ts';
import type { Warning } from './warnings.ts';

const Commands = z.object({ commands: z.array(z.coerce.string()).nullish() }).nullish();
const Section = z.object({
  env: z.object({ variables: z.record(z.string(), z.coerce.string()).nullish() }).nullish(),
  backend: z.unknown().optional(),
  test: z.unknown().optional(),
  customHeaders: z.unknown().optional(),
  frontend: z
    .object({
      phases: z.object({ preBuild: Commands, build: Commands, postBuild: Commands }).nullish(),
      cache: z.object({ paths: z.array(z.string()).nullish() }).nullish(),
    })
    .nullish(),
});
const File = Section.extend({ applications: z.array(Section.extend({ appRoot: z.string() })).nullish() });
type Section = z.infer<typeof Section>;

export interface AmplifySettings {
  file: string;
  preBuild: string[];
  build: string[];
  postBuild: string[];
  environment: Record<string, string>;
  /** Relative to the app's folder. */
  cachePaths: string[];
  /** Node.js major of an `nvm use`, which the build image's Node.js makes needless. */
  nvmMajor?: number;
  warnings: Warning[];
}

function read(file: string, text: string): z.infer<typeof File> {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw problem('AMPLIFY_YML_INVALID', `${file} is no YAML${line ? `: see line ${line}` : ''}.`, { cause: error });
  }
  const parsed = File.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw problem('AMPLIFY_YML_INVALID', `${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}.`, {
    cause: parsed.error,
  });
}

const NVM = /^\s*nvm\s+(?:use|install)\b\s*(?:--\S+\s+)*([\w./]*)/;

const ignoredParts = (file: string, section: Section): Warning[] =>
  (['backend', 'test', 'customHeaders'] as const)
    .filter((part) => section[part] !== undefined && section[part] !== null)
    .map((part) => ({
      code: 'AMPLIFY_SECTION_IGNORED',
      message: `${file} has "${part}", which Towpath does not use.`,
      remedy: `Nothing to do, if the site does not need it; else see the guide on moving from Amplify.`,
    }));

/** The settings for this app; undefined when there is no file, or none of its applications is this app. */
export function amplifySettings(files: SourceFiles, appRoot: string): AmplifySettings | undefined {
  const found = nearest(files, appRoot, ['amplify.yml', 'amplify.yaml']);
  if (!found) return undefined;
  const content = read(found.file, found.text);
  const section = content.applications
    ? content.applications.find((application) => normalRoot(application.appRoot) === appRoot)
    : content;
  if (!section) return undefined;

  const { phases, cache } = section.frontend ?? {};
  const commands = (name: 'preBuild' | 'build' | 'postBuild') => phases?.[name]?.commands ?? [];
  const own = (list: string[]) => list.filter((command) => !NVM.test(command));
  const nvm = [...commands('preBuild'), ...commands('build')].map((command) => NVM.exec(command)?.[1]).find(Boolean);
  return {
    file: found.file,
    preBuild: own(commands('preBuild')),
    build: own(commands('build')),
    postBuild: own(commands('postBuild')),
    environment: { ...content.env?.variables, ...section.env?.variables },
    cachePaths: (cache?.paths ?? []).filter((path) => !path.startsWith('!')),
    nvmMajor: nvm ? majorOfVersionFile(nvm) : undefined,
    warnings: ignoredParts(found.file, section),
  };
}
