/** What a verb is told on the command line: words, options of its own, and those of every verb. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { CliError } from './errors.ts';

const COMMON = { data: { type: 'string' }, json: { type: 'boolean', default: false } } as const;

type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ options: Options }>>['values'];

/** The options' values, by name. */
export type Given<Options extends ParseArgsOptionsConfig> = Parsed<Options> & Parsed<typeof COMMON>;

/** A word more than the verb takes is refused: it may be the one that was meant. */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  args: string[],
  mostWords: number,
  options: Options,
): { values: Given<Options>; positionals: string[] } {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { ...options, ...COMMON } });
  const surplus = positionals[mostWords];
  if (surplus !== undefined) throw new CliError(`"${surplus}" is a word too many.`, 2);
  return { values: values as Given<Options>, positionals };
}
