/** XML out: escaped elements, and values written by an SDK schema (for the query protocol, whose client cannot write it). */
import type { NormalizedSchema } from '@smithy/core/schema';

const ESCAPES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', '\r': '&#xD;' };

export function escapeXml(text: string): string {
  return text.replace(/[<>&"\r]/g, (character) => ESCAPES[character] ?? character);
}

/** `content` is XML already. */
export function element(name: string, content: string, attributes = ''): string {
  return `<${name}${attributes}>${content}</${name}>`;
}

export function writeXml(schema: NormalizedSchema, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (schema.isStructSchema()) {
    const structure = value as Record<string, unknown>;
    return [...schema.structIterator()].map(([name, member]) => writeMember(name, member, structure[name])).join('');
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const name = String(item.getMergedTraits().xmlName ?? 'member');
    return (value as unknown[]).map((each) => element(name, writeXml(item, each))).join('');
  }
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    return Object.entries(value)
      .map(([key, each]) => element('entry', element('key', escapeXml(key)) + element('value', writeXml(item, each))))
      .join('');
  }
  if (schema.isBlobSchema()) return Buffer.from(value as Uint8Array).toString('base64');
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  return escapeXml(String(value));
}

function writeMember(name: string, schema: NormalizedSchema, value: unknown): string {
  if (value === undefined || value === null) return '';
  return element(String(schema.getMergedTraits().xmlName ?? name), writeXml(schema, value));
}
