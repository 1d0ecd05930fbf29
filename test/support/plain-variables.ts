import type { Variable } from '../../domain/variables.ts';

/** An app's variables, for all its branches. */
export const plainVariables = (values: Record<string, string>): Variable[] =>
  Object.entries(values).map(([name, value]) => ({
    app: 'shop',
    scope: 'app',
    name,
    value,
    updatedAt: '2026-01-01T00:00:00.000Z',
  }));
