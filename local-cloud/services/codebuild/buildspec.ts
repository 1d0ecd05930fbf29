/** A buildspec 0.2, read and checked: pure. https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html */
import { parse } from 'yaml';
import * as z from 'zod';
import { PhaseError } from './phase-error.ts';

export const COMMAND_PHASES = ['INSTALL', 'PRE_BUILD', 'BUILD', 'POST_BUILD'] as const;
export type CommandPhase = (typeof COMMAND_PHASES)[number];

export interface OnFailure {
  /** `default`: the phase's own rule, which for BUILD still runs POST_BUILD. */
  action: 'default' | 'ABORT' | 'CONTINUE' | 'RETRY';
  /** For RETRY: how often, and what the output must match. */
  times: number;
  pattern: RegExp;
}

export interface PhaseCommands {
  commands: string[];
  finally: string[];
  onFailure: OnFailure;
}

export interface ArtifactFiles {
  files: string[];
  baseDirectory: string;
  excludePaths: string[];
  discardPaths: boolean;
  keepSymlinks: boolean;
  name: string | undefined;
}

export interface Buildspec {
  shell: 'sh' | 'bash';
  variables: Record<string, string>;
  /** Name of a variable to name of a parameter. */
  parameterStore: Record<string, string>;
  /** Name of a variable to `secret-id:json-key:version-stage:version-id`. */
  secretsManager: Record<string, string>;
  exportedVariables: string[];
  /** Runtime versions asked for, e.g. `nodejs` to `24`. */
  runtimeVersions: Record<string, string>;
  phases: Partial<Record<CommandPhase, PhaseCommands>>;
  artifacts: ArtifactFiles | undefined;
  cachePaths: string[];
}

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Texts = z.record(z.string(), Text).nullish();
const YesNo = z
  .union([z.boolean(), z.enum(['yes', 'no'])])
  .transform((value) => value === true || value === 'yes')
  .optional();

const Phase = z.strictObject({
  'on-failure': z
    .string()
    .regex(/^(ABORT|CONTINUE|RETRY(-\d+)?(-.+)?)$/)
    .optional(),
  'runtime-versions': Texts,
  commands: z.array(z.string()).nullish(),
  finally: z.array(z.string()).nullish(),
});

const Document = z.strictObject({
  version: Text.refine((version) => version === '0.2', 'must be 0.2'),
  env: z
    .strictObject({
      shell: z.enum(['sh', 'bash', '/bin/sh', '/bin/bash']).optional(),
      variables: Texts,
      'parameter-store': Texts,
      'secrets-manager': Texts,
      'exported-variables': z.array(z.string()).nullish(),
    })
    .nullish(),
  phases: z.strictObject({
    install: Phase.nullish(),
    pre_build: Phase.nullish(),
    build: Phase.nullish(),
    post_build: Phase.nullish(),
  }),
  artifacts: z
    .strictObject({
      files: z.array(z.string()),
      name: Text.optional(),
      'base-directory': z.string().optional(),
      'exclude-paths': z.array(z.string()).optional(),
      'discard-paths': YesNo,
      'enable-symlinks': YesNo,
    })
    .nullish(),
  cache: z.strictObject({ paths: z.array(z.string()).nullish() }).nullish(),
});

/** Throws PhaseError YAML_FILE_ERROR; what CodeBuild knows and the local cloud does not is named there too. */
export function parseBuildspec(text: string): Buildspec {
  let yaml: unknown;
  try {
    yaml = parse(text);
  } catch (error) {
    throw new PhaseError('YAML_FILE_ERROR', `The buildspec is no YAML: ${(error as Error).message}`);
  }
  const { success, data, error } = Document.safeParse(yaml);
  if (!success) throw new PhaseError('YAML_FILE_ERROR', `The buildspec cannot run here:\n${z.prettifyError(error)}`);
  const { env, phases, artifacts } = data;
  const listed = {
    INSTALL: phases.install,
    PRE_BUILD: phases.pre_build,
    BUILD: phases.build,
    POST_BUILD: phases.post_build,
  };
  return {
    shell: env?.shell?.endsWith('bash') ? 'bash' : 'sh',
    variables: env?.variables ?? {},
    parameterStore: env?.['parameter-store'] ?? {},
    secretsManager: env?.['secrets-manager'] ?? {},
    exportedVariables: env?.['exported-variables'] ?? [],
    runtimeVersions: phases.install?.['runtime-versions'] ?? {},
    phases: Object.fromEntries(
      Object.entries(listed).flatMap(([name, phase]) => (phase ? [[name, phaseCommands(phase)]] : [])),
    ),
    artifacts: artifacts
      ? {
          files: artifacts.files,
          baseDirectory: artifacts['base-directory'] ?? '.',
          excludePaths: artifacts['exclude-paths'] ?? [],
          discardPaths: artifacts['discard-paths'] ?? false,
          keepSymlinks: artifacts['enable-symlinks'] ?? false,
          name: artifacts.name,
        }
      : undefined,
    cachePaths: data.cache?.paths ?? [],
  };
}

function phaseCommands(phase: z.infer<typeof Phase>): PhaseCommands {
  return {
    commands: phase.commands ?? [],
    finally: phase.finally ?? [],
    onFailure: parseOnFailure(phase['on-failure']),
  };
}

function parseOnFailure(text: string | undefined): OnFailure {
  const [, action, times, pattern] = /^(ABORT|CONTINUE|RETRY)(?:-(\d+))?(?:-(.+))?$/.exec(text ?? '') ?? [];
  return {
    action: (action as OnFailure['action'] | undefined) ?? 'default',
    times: Number(times ?? 3),
    pattern: new RegExp(pattern ?? ''),
  };
}
