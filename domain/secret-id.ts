/** A secret of Secrets Manager by its name: `name`, or `name:key` where its value is JSON. Alone in its file, for edge/ ships it. */
export function secretId(name: string): { id: string; key?: string } {
  const [id = '', key] = name.split(':');
  return { id, ...(key !== undefined && { key }) };
}
