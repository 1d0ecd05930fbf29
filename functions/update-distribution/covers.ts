const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const allStrings = (values: unknown[]): values is string[] => values.every((value) => typeof value === 'string');

/**
 * Whether `current` is already what `wanted` asks for. CloudFront adds defaults of its own, answers sets in an order of
 * its own, and leaves empty lists and strings out: none of that is a difference. Pure.
 */
export function covers(current: unknown, wanted: unknown): boolean {
  if (wanted === undefined || wanted === '') return current === undefined || current === '' || wanted === undefined;
  if (Array.isArray(wanted)) {
    const there = Array.isArray(current) ? current : [];
    if (there.length !== wanted.length) return false;
    if (!allStrings(wanted) || !allStrings(there)) return wanted.every((value, index) => covers(there[index], value));
    const sorted = there.toSorted();
    return wanted.toSorted().every((value, index) => value === sorted[index]);
  }
  if (isObject(wanted)) {
    if (wanted.Quantity === 0) return current === undefined || (isObject(current) && current.Quantity === 0);
    return isObject(current) && Object.entries(wanted).every(([key, value]) => covers(current[key], value));
  }
  return current === wanted;
}
