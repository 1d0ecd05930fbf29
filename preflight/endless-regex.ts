/**
 * Whether a regular expression can run for ever: something that repeats without an end inside of something that does, so that
 * a text can be shared out between the two in ever more ways. Pure. Cautious, not complete: it looks for the forms that people
 * write, `(a+)+`, `([a-z]+.)*`, `(a|a)*`, and lets pass what a separator keeps apart, like `(/[^/]+)*`.
 */

interface Atom {
  /** A single character, class or escape, as it is written; undefined for a group. */
  text?: string;
  alternatives?: Item[][];
}
interface Item extends Atom {
  isEndless: boolean;
  isOptional: boolean;
}

const SAMPLES = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const QUANTIFIER = /^(?:\*|\+|\?|\{(\d+)(,?)(\d*)\})\??/;
const ATOM =
  /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|c[A-Z]|k<\w+>|[pP]\{[^}]*\}|.)|.)/is;
const GROUP = /^\((?:\?(?::|[=!]|<[=!]|<\w+>))?/;

/** The alternatives from `at` to the end of the group or of the source, and where that is. */
function parse(source: string, at: number): { alternatives: Item[][]; end: number } {
  const alternatives: Item[][] = [[]];
  let place = at;
  while (place < source.length && source[place] !== ')') {
    if (source[place] === '|') {
      alternatives.push([]);
      place += 1;
      continue;
    }
    const group = GROUP.exec(source.slice(place))?.[0];
    const inner = group === undefined ? undefined : parse(source, place + group.length);
    const text = inner ? undefined : ATOM.exec(source.slice(place))?.[0];
    place = inner ? inner.end + 1 : place + (text?.length ?? 1);
    const [quantifier = '', least, comma, most] = QUANTIFIER.exec(source.slice(place)) ?? [];
    place += quantifier.length;
    alternatives.at(-1)?.push({
      ...(inner ? { alternatives: inner.alternatives } : { text: text ?? '' }),
      isEndless: /^[*+]/.test(quantifier) || (comma === ',' && most === ''),
      isOptional: /^[*?]/.test(quantifier) || least === '0',
    });
  }
  return { alternatives, end: place };
}

const isAnchor = ({ text }: Atom) => text === '^' || text === '$' || text === '\\b' || text === '\\B';
const matches = (text: string, sample: string) => new RegExp(`^${text}$`, 's').test(sample);

/** All that repeats without an end in a sequence, however deep, as single characters; a group that does is all of its own. */
const endlessIn = (items: Item[]): string[] =>
  items.flatMap(({ text, alternatives = [], isEndless }): string[] => {
    if (text !== undefined) return isEndless ? [text] : [];
    return alternatives.flatMap((inner) => (isEndless ? charactersOf(inner) : endlessIn(inner)));
  });
const charactersOf = (items: Item[]): string[] =>
  items.flatMap((item) => (item.text === undefined ? (item.alternatives ?? []).flatMap(charactersOf) : [item.text]));

/** One character that has to be there and that nothing of what repeats can be. */
function hasSeparator(items: Item[], repeating: string[]): boolean {
  return items.some((item) => {
    if (item.text === undefined || item.isOptional || item.isEndless || isAnchor(item)) return false;
    const { text } = item;
    const mine = SAMPLES.filter((sample) => matches(text, sample));
    return mine.length > 0 && mine.every((sample) => !repeating.some((other) => matches(other, sample)));
  });
}

/** Alternatives of one character each, of which two can be the same. */
const haveSame = (alternatives: Item[][]) =>
  SAMPLES.some((sample) => {
    const single = alternatives.filter((items) => items.length === 1 && items[0]?.text !== undefined);
    return single.filter(([item]) => matches(item?.text ?? '', sample)).length > 1;
  });

const isAmbiguous = (alternatives: Item[][]) =>
  haveSame(alternatives) ||
  alternatives.some((items) => {
    const repeating = endlessIn(items);
    return repeating.length > 0 && !hasSeparator(items, repeating);
  });

const findsEndless = (alternatives: Item[][]): boolean =>
  alternatives.some((items) =>
    items.some(
      ({ alternatives: inner, isEndless }) => inner && ((isEndless && isAmbiguous(inner)) || findsEndless(inner)),
    ),
  );

export const canRunForEver = ({ source }: RegExp): boolean => findsEndless(parse(source, 0).alternatives);
