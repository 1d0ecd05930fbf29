import type { HostRequest } from './types.ts';

export interface SendOptions {
  /** Until the answer's headers are there and its body is read. */
  timeoutMs: number;
}

/** Performs a host's request. Redirects are followed; `fetch` leaves the token behind when they lead to another origin. */
export const send = ({ method, url, headers, body }: HostRequest, { timeoutMs }: SendOptions): Promise<Response> =>
  fetch(url, { method, headers, body, signal: AbortSignal.timeout(timeoutMs) });
