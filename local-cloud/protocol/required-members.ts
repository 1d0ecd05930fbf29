/** Checks the required members of an input: a structure's schema lists them first and has their number at index 6. */
import { NormalizedSchema } from '@smithy/core/schema';
import type { SdkSchema } from './sdk-model.ts';

/** The path of the first missing member, e.g. `DistributionConfig.Origins`. */
export function missingMember(schema: SdkSchema, value: unknown, path = ''): string | undefined {
  if (value === undefined || value === null) return undefined;
  const normalized = NormalizedSchema.of(schema);
  if (normalized.isStructSchema()) return missingInStructure(normalized, value as Record<string, unknown>, path);
  if (normalized.isListSchema() && Array.isArray(value)) {
    const item = normalized.getValueSchema();
    for (const [index, element] of value.entries()) {
      const missing = missingMember(item, element, `${path}${index + 1}.`);
      if (missing) return missing;
    }
  }
  return undefined;
}

function missingInStructure(
  schema: NormalizedSchema,
  value: Record<string, unknown>,
  path: string,
): string | undefined {
  const tuple = schema.getSchema() as unknown as unknown[];
  const names = (tuple[4] ?? []) as string[];
  const requiredCount = (tuple[6] ?? 0) as number;
  for (const name of names.slice(0, requiredCount)) {
    if (value[name] === undefined || value[name] === null) return `${path}${name}`;
  }
  for (const [name, member] of schema.structIterator()) {
    const missing = missingMember(member, value[name], `${path}${name}.`);
    if (missing) return missing;
  }
  return undefined;
}
