/** The word that was meant. Pure. */

/** Edits (letters changed, added or left out) from one word to the other, whatever the case. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a.toLowerCase()].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b.toLowerCase()].entries()) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

export function nearestKey(key: string, known: readonly string[]): string | undefined {
  const [best] = known.map((name) => ({ name, edits: distance(key, name) })).sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}
