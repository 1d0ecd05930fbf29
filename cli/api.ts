/** Towpath's HTTP API, typed by its own routes. */
import { type ClientResponse, hc } from 'hono/client';
import type { Api } from '../functions/api/app.ts';
import { CliError } from './errors.ts';

export const connect = ({ api, token }: { api: string; token: string }) =>
  hc<Api>(api, { headers: { authorization: `Bearer ${token}` } }).v1;

export type TowpathApi = ReturnType<typeof connect>;

/** The body of a good answer; anything else is an error that says what the API said: what has a code says what to do, too. */
export async function answer<Body>(pending: Promise<ClientResponse<Body, number, 'json'>>): Promise<Body> {
  let response: ClientResponse<Body, number, 'json'>;
  try {
    response = await pending;
  } catch (cause) {
    throw new CliError(`Towpath's HTTP API does not answer: ${(cause as Error).message}`, 1, { cause });
  }
  if (response.ok) return (await response.json()) as Body;
  const { message, code } = (await response.json().catch(() => ({}))) as { message?: string; code?: string };
  if (message && code) throw new CliError(message);
  throw new CliError(`Towpath's HTTP API answered ${response.status}: ${message ?? response.statusText}`);
}
