/** DNS names as Route 53 keeps them: lower case, a dot at the end, `*` escaped. Pure. */

export function normalized(name: string): string {
  const lower = name.toLowerCase().replaceAll('*', '\\052');
  return lower.endsWith('.') ? lower : `${lower}.`;
}

export const isWithin = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);

/** Route 53 lists names by their labels from the right: `example.com.`, then `a.example.com.` */
export const sortKey = (name: string): string => name.split('.').filter(Boolean).reverse().join('.');
