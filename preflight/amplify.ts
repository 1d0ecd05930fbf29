/** The part of Amplify Hosting's amplify.yml that Towpath follows. https://docs.aws.amazon.com/amplify/latest/userguide/yml-specification-syntax.html */
import { type AmplifySection, readAmplifyFile } from './amplify-file.ts';
import { type Finding, finding, isFinding } from './finding.ts';
import { majorOfVersionFile } from './node-version.ts';
import { nearest, normalRoot, type SourceFiles } from './source-tree.ts';

export interface AmplifySettings {
  file: string;
  preBuild: string[];
  build: string[];
  postBuild: string[];
  environment: Record<string, string>;
  /** Relative to the app's folder. */
  cachePaths: string[];
  baseDirectory?: string;
  /** Node.js major of an `nvm use`, which the build image's Node.js makes needless. */
  nvmMajor?: number;
  findings: Finding[];
}

const NVM = /^\s*nvm\s+(?:use|install)\b\s*(?:--\S+\s+)*([\w./]*)/;

const ignoredParts = (file: string, section: AmplifySection): Finding[] =>
  (['backend', 'test', 'customHeaders'] as const)
    .filter((part) => section[part] !== undefined && section[part] !== null)
    .map((part) =>
      finding('AMPLIFY_SECTION_IGNORED', `${file} has "${part}", which Towpath does not use.`, {
        file,
        remedy: 'Nothing to do, if the site does not need it; else see the guide on moving from Amplify.',
      }),
    );

/** The settings for this app; undefined when there is no file, or none of its applications is this app. */
export function amplifySettings(files: SourceFiles, appRoot: string): AmplifySettings | Finding | undefined {
  const found = nearest(files, appRoot, ['amplify.yml', 'amplify.yaml']);
  if (!found) return undefined;
  const read = readAmplifyFile(found.file, found.text);
  if (isFinding(read)) return read;
  const { content } = read;
  const section = content.applications
    ? content.applications.find((application) => normalRoot(application.appRoot) === appRoot)
    : content;
  if (!section) return undefined;

  const { phases, cache, artifacts } = section.frontend ?? {};
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
    baseDirectory: artifacts?.baseDirectory ?? undefined,
    nvmMajor: nvm ? majorOfVersionFile(nvm) : undefined,
    findings: [...read.findings, ...ignoredParts(found.file, section)],
  };
}
