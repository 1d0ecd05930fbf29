/** One page of a list; the token is the name of its last element. */
export function parameterPage<Item extends { name: string }>(
  items: Item[],
  { NextToken: after, MaxResults }: { NextToken?: string; MaxResults?: number },
  defaultSize: number,
): { page: Item[]; NextToken: string | undefined } {
  const rest = after ? items.filter(({ name }) => name > after) : items;
  const page = rest.slice(0, MaxResults ?? defaultSize);
  return { page, NextToken: rest.length > page.length ? page.at(-1)?.name : undefined };
}
