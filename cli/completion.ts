/** `towpath completion`: scripts for the shells, made of the verbs' own usage lines, so that they cannot differ. */
import { CliError } from './errors.ts';
import { optionsOf } from './help.ts';
import type { Verb } from './verb.ts';

type Usages = Record<string, Pick<Verb, 'usage' | 'brief'>>;

const dashed = (verb: Pick<Verb, 'usage'>) => optionsOf(verb).map((option) => `--${option}`);
/** Within single quotes, in every one of these shells. */
const quoted = (text: string) => `'${text.replaceAll("'", '’')}'`;

const bash = (verbs: Usages) => `_towpath() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W ${quoted(Object.keys(verbs).join(' '))} -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${Object.entries(verbs)
  .map(([name, verb]) => `    ${name}) COMPREPLY=($(compgen -W ${quoted(dashed(verb).join(' '))} -- "$word")) ;;`)
  .join('\n')}
  esac
}
complete -o default -F _towpath towpath
`;

const zsh = (verbs: Usages) => `#compdef towpath
_towpath() {
  if (( CURRENT == 2 )); then
    local -a verbs=(
${Object.entries(verbs)
  .map(([name, { brief }]) => `      ${quoted(`${name}:${brief.replaceAll(':', '\\:')}`)}`)
  .join('\n')}
    )
    _describe verb verbs
    return
  fi
  case "\${words[2]}" in
${Object.entries(verbs)
  .map(([name, verb]) => `    ${name}) compadd -- ${dashed(verb).join(' ')} ;;`)
  .join('\n')}
  esac
  _files
}
compdef _towpath towpath
`;

const fish = (verbs: Usages) =>
  [
    ...Object.entries(verbs).map(
      ([name, { brief }]) => `complete -c towpath -n __fish_use_subcommand -a ${name} -d ${quoted(brief)}`,
    ),
    ...Object.entries(verbs).flatMap(([name, verb]) =>
      optionsOf(verb).map((option) => `complete -c towpath -n '__fish_seen_subcommand_from ${name}' -l ${option}`),
    ),
    '',
  ].join('\n');

const SHELLS: Record<string, (verbs: Usages) => string> = { bash, zsh, fish };

/** Pure. */
export function completionFor(shell: string | undefined, verbs: Usages): string {
  const script = Object.hasOwn(SHELLS, shell ?? '') ? SHELLS[shell as string] : undefined;
  if (!script) throw new CliError(`Completion for which shell: ${Object.keys(SHELLS).join(', ')}?`, 2);
  return script(verbs);
}
