import { HTTPException } from 'hono/http-exception';
import { validator } from 'hono/validator';
import * as z from 'zod';

/** What the caller sent, or a 400 that says what is wrong with it. Never repeats a value. */
export const read = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new HTTPException(400, { message: z.prettifyError(parsed.error) });
  return parsed.data;
};

/** What a route takes, for its caller and for docs/reference/openapi.json alike. */
export interface Takes {
  json?: z.ZodType;
  query?: z.ZodType;
}

export const json = <Schema extends z.ZodType>(schema: Schema) =>
  Object.assign(
    validator('json', (value) => read(schema, value)),
    { takes: { json: schema } satisfies Takes },
  );

export const query = <Schema extends z.ZodType>(schema: Schema) =>
  Object.assign(
    validator('query', (value) => read(schema, value)),
    { takes: { query: schema } satisfies Takes },
  );
