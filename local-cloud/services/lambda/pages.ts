/** Lists with MaxItems and Marker. The marker is the position of the next item. */
export function page<Item>(items: Item[], input: { MaxItems?: number; Marker?: string }): [Item[], string | undefined] {
  const from = input.Marker ? Number(Buffer.from(input.Marker, 'base64url')) : 0;
  const to = from + Math.min(input.MaxItems ?? 50, 50);
  return [items.slice(from, to), to < items.length ? Buffer.from(String(to)).toString('base64url') : undefined];
}
