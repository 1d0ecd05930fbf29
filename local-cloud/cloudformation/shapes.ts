/** Where CloudFormation's properties differ from the SDK's shapes. Pure. */

export interface CfnTag {
  Key: string;
  Value: string;
}

/** A list of tags as a map. */
export function tagMap(tags: CfnTag[] | undefined): Record<string, string> | undefined {
  return tags && Object.fromEntries(tags.map(({ Key, Value }) => [Key, String(Value)]));
}

/** Every value as a string: environment variables and attributes may be numbers or booleans in a template. */
export function stringValues(values: Record<string, unknown> | undefined): Record<string, string> {
  const given = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}

/** Keys with a small first letter, at every depth: the SDK's shapes of Step Functions, CodeBuild and Logs. */
export function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.charAt(0).toLowerCase() + key.slice(1), camelKeys(each)]),
  );
}

/** Lists as `{ Quantity, Items }`, at every depth: the SDK's shapes of CloudFront. */
export function quantified(value: unknown): unknown {
  if (Array.isArray(value)) return { Quantity: value.length, Items: value.map(quantified) };
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => {
    const isItems = key === 'Items' && Array.isArray(each);
    return [key, isItems ? each.map(quantified) : quantified(each)];
  });
  const quantity: [string, unknown][] =
    'Items' in value && Array.isArray(value.Items) ? [['Quantity', value.Items.length]] : [];
  return Object.fromEntries([...quantity, ...entries]);
}

/** Policy documents and event patterns: text or an object in a template, JSON text in the SDK. */
export function jsonText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
