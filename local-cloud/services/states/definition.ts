/** Whether a definition can run here: valid ASL, JSONata throughout, and only resources that are emulated. */
import type { Machine, State } from './engine/language.ts';
import { nestedMachines } from './engine/language.ts';
import { isKnownToBeValid, rememberAsValid } from './known-definitions.ts';
import { isEmulated } from './resources.ts';

export interface Diagnostic {
  severity: 'ERROR';
  code: string;
  message: string;
  location?: string;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_DEFINITION_BYTES = 1_048_576;

/** What is wrong with a definition's text; empty when it can run. */
export async function diagnose(text: string): Promise<Diagnostic[]> {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_DEFINITION_BYTES) {
    return [problem('DEFINITION_TOO_LARGE', `The definition has ${bytes} bytes; ${MAX_DEFINITION_BYTES} are allowed.`)];
  }
  let machine: Machine;
  try {
    machine = JSON.parse(text) as Machine;
  } catch (error) {
    return [problem('INVALID_JSON_DESCRIPTION', `The definition is no JSON: ${(error as Error).message}`)];
  }
  // JSONPath first: what the validator would say of such a machine hides the reason.
  const refused = typeof machine?.States === 'object' ? notEmulated(machine, machine.QueryLanguage, '') : [];
  if (refused.length > 0) return refused;
  return invalid(machine);
}

/** What the validator's declarations leave out. */
interface ValidatorError {
  'Error code': string;
  Message: string;
}

async function invalid(machine: Machine): Promise<Diagnostic[]> {
  const shown = forValidator(machine);
  const definition = JSON.stringify(shown);
  if (isKnownToBeValid(definition)) return [];
  // Loaded on first use: 16 MB that an idle local cloud does not need.
  const { default: validate } = await import('asl-validator');
  const { errors } = validate(shown as never) as unknown as { errors: ValidatorError[] };
  if (errors.length === 0) rememberAsValid(definition);
  return errors.map((error) => problem(error['Error code'], error.Message));
}

const EXPRESSION = /^\s*\{%([\s\S]*)%\}\s*$/;

/**
 * The definition with the texts that the validator's patterns wrongly refuse put plainly: it knows neither line breaks
 * nor empty texts, and as Output only objects and expressions.
 */
function forValidator(value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    const expression = EXPRESSION.exec(value)?.[1];
    if (expression !== undefined) return `{% ${expression.replace(/\s+/g, ' ').trim()} %}`;
    return key === 'Output' ? {} : value.replace(/\s+/g, ' ').trim() || '-';
  }
  if (value === null || typeof value !== 'object') return key === 'Output' ? {} : value;
  if (Array.isArray(value)) return key === 'Output' ? {} : value.map((element) => forValidator(element));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, forValidator(member, name)]));
}

function notEmulated(machine: Machine, language: Machine['QueryLanguage'], path: string): Diagnostic[] {
  return Object.entries(machine.States).flatMap(([name, state]) => {
    const location = `${path}/States/${name}`;
    return [
      ...refusals(state, state.QueryLanguage ?? language).map((message) => problem('NOT_EMULATED', message, location)),
      ...nestedMachines(state)
        .filter((inner) => typeof inner?.States === 'object')
        .flatMap((inner, index) => notEmulated(inner, language, `${location}/${index}`)),
    ];
  });
}

function refusals(state: State, language: Machine['QueryLanguage']): string[] {
  const refused: string[] = [];
  if (language !== 'JSONata') {
    refused.push('JSONPath is not emulated by the local cloud: set QueryLanguage to JSONata.');
  }
  if (state.Type === 'Task' && !isEmulated(state.Resource)) {
    refused.push(`The resource ${state.Resource} is not emulated by the local cloud.`);
  }
  if (state.Type === 'Map' && (state.ItemProcessor?.ProcessorConfig?.Mode ?? 'INLINE') !== 'INLINE') {
    refused.push('A distributed Map is not emulated by the local cloud.');
  }
  return refused;
}

function problem(code: string, message: string, location?: string): Diagnostic {
  return { severity: 'ERROR', code, message, ...(location && { location }) };
}
