import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';

/** What the caller sent, or a 400 that says what is wrong with it. Never repeats a value. */
export const read = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new HTTPException(400, { message: z.prettifyError(parsed.error) });
  return parsed.data;
};

export const notFound = (what: string) => new HTTPException(404, { message: `There is no ${what}.` });
