/** The SDK's shapes ↔ DynamoDB's JSON: binary values are bytes there and base64 here, times are Dates there and seconds here. */

export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toJson(each)]));
}

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

export function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === 'B' && typeof only[1] === 'string') return { B: bytes(only[1]) };
  if (entries.length === 1 && only?.[0] === 'BS' && Array.isArray(only[1])) return { BS: only[1].map(bytes) };
  return Object.fromEntries(
    entries.map(([name, each]) => {
      const isTime = name.endsWith('DateTime') && typeof each === 'number';
      return [name, isTime ? new Date(each * 1000) : fromJson(each)];
    }),
  );
}
