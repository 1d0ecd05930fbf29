/** The part of Amplify Hosting's amplify.yml that Towpath follows. https://docs.aws.amazon.com/amplify/latest/userguide/yml-specification-syntax.html */
import { nameRefusal } from '../domain/variables.ts';
import { type AmplifySection, type ReadAmplify, readAmplifyFile } from './amplify-file.ts';
import { type ReadHeaders, readHeaders } from './custom-headers.ts';
import { type Finding, finding, isFinding } from './finding.ts';
import { majorOfVersionFile } from './node-version.ts';
import { nearest, normalRoot, type SourceFiles } from './source-tree.ts';

/** What a static site publishes. */
export interface PublishedArtifacts {
  /** As it is written: relative to `buildPath`, or to the app's folder. */
  baseDirectory?: string;
  /** Globs. */
  files: string[];
  discardPaths: boolean;
}

export interface AmplifySettings {
  file: string;
  preBuild: string[];
  build: string[];
  postBuild: string[];
  environment: Record<string, string>;
  /** Relative to the app's folder; those that begin with ! are left out of the cache. */
  cachePaths: string[];
  /** Run once the app is built: a failure fails the build. */
  tests: string[];
  /** What the tests leave behind, relative to the app's folder. */
  testArtifacts?: { baseDirectory: string; files: string[] };
  /** From the repository's root: where the commands begin, if not in the app's folder. */
  buildPath?: string;
  /** In the older place: customHttp.yml beats them. */
  customHeaders?: ReadHeaders;
  artifacts: PublishedArtifacts;
  /** Node.js major of an `nvm use`, which the build image's Node.js makes needless. */
  nvmMajor?: number;
  findings: Finding[];
}

const NVM = /^\s*nvm\s+(?:use|install)\b\s*(?:--\S+\s+)*([\w./]*)/;

const PARTS = ['frontend', 'test', 'customHeaders'] as const;

/** What stands in the file and counts for no app, or not for this one. */
function ignoredParts(file: string, { content, read }: ReadAmplify, section: AmplifySection): Finding[] {
  const besides = section === content ? [] : PARTS.filter((part) => content[part]);
  const backend = section.backend ?? content.backend;
  return [
    ...(backend === undefined || backend === null
      ? []
      : [finding('AMPLIFY_SECTION_IGNORED', `${file} has "backend", which Towpath does not use.`, { file })]),
    ...besides.map((part) => {
      const { line } = read.placeOfKey([part]);
      const seen = `${file}, line ${line}: "${part}" is not followed: beside "applications" only they count.`;
      return finding('AMPLIFY_SECTION_IGNORED', seen, {
        file,
        line,
        remedy: 'Move it into the application it is for.',
      });
    }),
  ];
}

/** The file is of other apps: this one is built as if there were none. */
function otherApps(file: string, roots: string[], appRoot: string): Finding {
  const listed = roots.map((root) => `"${root}"`).join(', ') || 'none';
  const seen = `${file} has no application whose appRoot is "${appRoot}" (it has ${listed}): the app is built by the defaults.`;
  return finding('AMPLIFY_APP_NOT_LISTED', seen, { file });
}

function refusedVariables(
  { file, text }: { file: string; text: string },
  variables: Record<string, string>,
): Finding[] {
  return Object.keys(variables).flatMap((name) => {
    const refusal = nameRefusal(name);
    if (!refusal) return [];
    const line = text.split('\n').findIndex((one) => one.trim().replace(/^['"]/, '').startsWith(name)) + 1;
    const at = line > 0 ? { file, line } : { file };
    const seen = `${file}${line > 0 ? `, line ${line}` : ''}: a variable may not be named "${name}": ${refusal.why}.`;
    return [finding('VARIABLE_NAME_REFUSED', seen, { ...at, remedy: refusal.remedy })];
  });
}

export const ALL_FILES = '**/*';

/** With the report that Amplify shows, if it names one. */
function testArtifactsOf({ test }: AmplifySection): Pick<AmplifySettings, 'testArtifacts'> {
  const { baseDirectory, files, configFilePath } = test?.artifacts ?? {};
  if (!baseDirectory) return {};
  return { testArtifacts: { baseDirectory, files: [files ?? ALL_FILES, configFilePath ?? []].flat() } };
}

/** The settings for this app; undefined when there is no file, a finding where it cannot be read or is of other apps. */
export function amplifySettings(files: SourceFiles, appRoot: string): AmplifySettings | Finding | undefined {
  const found = nearest(files, appRoot, ['amplify.yml', 'amplify.yaml']);
  if (!found) return undefined;
  const read = readAmplifyFile(found.file, found.text);
  if (isFinding(read)) return read;
  const { content } = read;
  const index = content.applications?.findIndex((application) => normalRoot(application.appRoot) === appRoot);
  const section = content.applications && index !== undefined ? content.applications[index] : content;
  if (!section) return otherApps(found.file, content.applications?.map((one) => one.appRoot) ?? [], appRoot);

  const { phases, cache, artifacts } = section.frontend ?? {};
  const commands = (name: 'preBuild' | 'build' | 'postBuild') => phases?.[name]?.commands ?? [];
  const own = (list: string[]) => list.filter((command) => !NVM.test(command));
  const nvm = [...commands('preBuild'), ...commands('build')].map((command) => NVM.exec(command)?.[1]).find(Boolean);
  const buildPath = section.frontend?.buildPath ?? section.frontend?.buildpath;
  const headersAt = [...(index === undefined ? [] : ['applications', index]), 'customHeaders'];
  return {
    file: found.file,
    preBuild: own(commands('preBuild')),
    build: own(commands('build')),
    postBuild: own(commands('postBuild')),
    environment: { ...content.env?.variables, ...section.env?.variables },
    cachePaths: cache?.paths ?? [],
    tests: (['preTest', 'test', 'postTest'] as const).flatMap((name) =>
      own(section.test?.phases?.[name]?.commands ?? []),
    ),
    ...testArtifactsOf(section),
    ...(buildPath && { buildPath: normalRoot(`./${buildPath}`) }),
    ...(section.customHeaders ? { customHeaders: readHeaders(section.customHeaders, headersAt, read.read) } : {}),
    artifacts: {
      ...(artifacts?.baseDirectory && { baseDirectory: artifacts.baseDirectory }),
      files: [artifacts?.files ?? ALL_FILES].flat(),
      discardPaths: artifacts?.['discard-paths'] ?? false,
    },
    nvmMajor: nvm ? majorOfVersionFile(nvm) : undefined,
    findings: [
      ...read.findings,
      ...ignoredParts(found.file, read, section),
      ...refusedVariables(found, { ...content.env?.variables, ...section.env?.variables }),
    ],
  };
}
