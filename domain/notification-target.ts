/** Where a notification goes, as it is kept in its SecureString: the URL alone, or with the secret that signs. Pure. */
import * as z from 'zod';

const Target = z.object({ url: z.string(), secret: z.string().optional() });
export type Target = z.infer<typeof Target>;

export const writeTarget = ({ url, secret }: Target) => (secret ? JSON.stringify({ url, secret }) : url);

export const readTarget = (text: string): Target =>
  text.startsWith('{') ? Target.parse(JSON.parse(text)) : { url: text };
