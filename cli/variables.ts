import { CliError } from './errors.ts';

/** `KEY=VALUE` as given to `--env`. */
export function readVariables(given: string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(pair) ?? [];
      if (!name) throw new CliError(`"--env ${pair}" is not KEY=VALUE.`, 2);
      return [name, value as string];
    }),
  );
}
