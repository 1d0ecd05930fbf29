/** The query protocol's form bodies: `Tags.member.1.Key=a` read by the input's schema. */
import { NormalizedSchema } from '@smithy/core/schema';
import type { SdkModel, SdkSchema } from './sdk-model.ts';

interface FormNode {
  text?: string;
  children: Map<string, FormNode>;
}

/** @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function readForm(model: SdkModel, schema: SdkSchema, form: URLSearchParams): Record<string, unknown> {
  const root: FormNode = { children: new Map() };
  for (const [name, text] of form) {
    let node = root;
    for (const part of name.split('.')) {
      const child = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, child);
      node = child;
    }
    node.text = text;
  }
  const normalized = NormalizedSchema.of(schema);
  return normalized.isUnitSchema() ? {} : (readNode(model, normalized, root) as Record<string, unknown>);
}

function readNode(model: SdkModel, schema: NormalizedSchema, node: FormNode): unknown {
  if (schema.isStructSchema()) {
    const value: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const child = node.children.get(String(member.getMergedTraits().xmlName ?? name));
      if (child) value[name] = readNode(model, member, child);
    }
    return value;
  }
  const traits = schema.getMergedTraits();
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const items = traits.xmlFlattened ? node : node.children.get(String(item.getMergedTraits().xmlName ?? 'member'));
    return inOrder(items).map((child) => readNode(model, item, child));
  }
  if (schema.isMapSchema()) {
    const entries = inOrder(traits.xmlFlattened ? node : node.children.get('entry'));
    const valueSchema = schema.getValueSchema();
    const keyName = String(schema.getKeySchema().getMergedTraits().xmlName ?? 'key');
    const valueName = String(valueSchema.getMergedTraits().xmlName ?? 'value');
    return Object.fromEntries(
      entries.map((entry) => [
        entry.children.get(keyName)?.text ?? '',
        readNode(model, valueSchema, entry.children.get(valueName) ?? { text: '', children: new Map() }),
      ]),
    );
  }
  return model.text.read(schema, node.text ?? '');
}

function inOrder(list: FormNode | undefined): FormNode[] {
  const numbered = [...(list?.children ?? [])].sort(([a], [b]) => Number(a) - Number(b));
  return numbered.map(([, child]) => child);
}
