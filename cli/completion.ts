/** `towpath completion`: scripts for the shells, made of the verbs' own usage lines, so that they cannot differ. */
import { CliError } from './errors.ts';
import type { Verb } from './towpath.ts';

type Usages = Record<string, Pick<Verb, 'usage' | 'summary'>>;

const optionsOf = ({ usage }: Pick<Verb, 'usage'>) => [...new Set(usage.match(/--[a-z][a-z-]*/g) ?? [])];
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
  .map(([name, verb]) => `    ${name}) COMPREPLY=($(compgen -W ${quoted(optionsOf(verb).join(' '))} -- "$word")) ;;`)
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
  .map(([name, { summary }]) => `      ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`)
  .join('\n')}
    )
    _describe verb verbs
    return
  fi
  case "\${words[2]}" in
${Object.entries(verbs)
  .map(([name, verb]) => `    ${name}) compadd -- ${optionsOf(verb).join(' ')} ;;`)
  .join('\n')}
  esac
  _files
}
compdef _towpath towpath
`;

const fish = (verbs: Usages) =>
  [
    ...Object.entries(verbs).map(
      ([name, { summary }]) => `complete -c towpath -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...Object.entries(verbs).flatMap(([name, verb]) =>
      optionsOf(verb).map(
        (option) => `complete -c towpath -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`,
      ),
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
