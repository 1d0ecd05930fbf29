/**
 * Inputs and outputs whose HTTP body is no XML: an object's bytes, a policy's text. The SDK's protocol code reads bytes as
 * a stream and text as XML, so it gets a shape without that member, and the member is the body as it came.
 */
import { members, type SdkOperation, type SdkSchema } from '../../protocol/sdk-model.ts';

interface PlainPayload {
  member: string;
  text: boolean;
}

/** As the SDK exports structures: kind, namespace, name, traits, member names, member schemas, number of required ones. */
type StructureTuple = [number, string, string, unknown, string[], unknown[], number?];

export function plainPayload(schema: SdkSchema): PlainPayload | undefined {
  for (const [member, shape] of members(schema)) {
    if (!shape.getMergedTraits().httpPayload || shape.isStructSchema()) continue;
    return { member, text: shape.isStringSchema() };
  }
  return undefined;
}

/** The operation with an input shape that lacks `member`. */
export function withoutMember(operation: SdkOperation, member: string): SdkOperation {
  const given = typeof operation.input === 'function' ? operation.input() : operation.input;
  const [kind, namespace, name, traits, names, schemas, required = 0] = given as unknown as StructureTuple;
  const at = names.indexOf(member);
  const keep = <Item>(items: Item[]) => items.filter((_, index) => index !== at);
  const input = [kind, namespace, name, traits, keep(names), keep(schemas), at < required ? required - 1 : required];
  return { ...operation, input: input as unknown as SdkSchema };
}
