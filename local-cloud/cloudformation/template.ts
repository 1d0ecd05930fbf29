/** A CloudFormation template, as far as the local cloud reads it. */
import { readFile } from 'node:fs/promises';
import { LocalCloudError } from '../runtime/local-cloud-error.ts';

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  Condition?: string;
  DeletionPolicy?: string;
}

export interface TemplateParameter {
  Type?: string;
  Default?: string | number;
  AllowedValues?: (string | number)[];
  /** Of the whole value. */
  AllowedPattern?: string;
  ConstraintDescription?: string;
}

export interface Template {
  Parameters?: Record<string, TemplateParameter>;
  Conditions?: Record<string, unknown>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: unknown; Condition?: string }>;
}

/** `source` is the template itself or the path of its JSON. */
export async function readTemplate(source: string | object): Promise<Template> {
  const name = typeof source === 'string' ? source : 'the template';
  const template = typeof source === 'string' ? await readJson(source) : source;
  const { Resources, Transform } = template as { Resources?: unknown; Transform?: unknown };
  if (typeof Resources !== 'object' || Resources === null) {
    throw templateInvalid(`${name} has no Resources.`, 'Give the template that "serverless package" wrote.');
  }
  if (Transform) {
    throw templateInvalid(`${name} has a Transform, which the local cloud does not run.`, 'Remove it.');
  }
  return template as Template;
}

async function readJson(file: string): Promise<object> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as object;
  } catch (cause) {
    const remedy = 'Run "serverless package" again, and give the path of the template it wrote.';
    throw templateInvalid(`The template ${file} cannot be read (${(cause as Error).message}).`, remedy, cause);
  }
}

export function templateInvalid(message: string, remedy: string, cause?: unknown): LocalCloudError {
  return new LocalCloudError('TEMPLATE_INVALID', message, remedy, { cause });
}
