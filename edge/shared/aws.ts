/** AWS by signed HTTP: an SDK client would cost more to load than all the rest. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { AwsClient } from 'aws4fetch';

export type Environment = Record<string, string | undefined>;

/** Next watches the fetches and clocks that a page uses while it is rendered. Ours are none of the page's. */
const outsideOfPages = AsyncLocalStorage.snapshot();

/** Credentials are read on each call: Lambda renews them in the environment. */
export function awsClient(service: string, region: string, environment: Environment, retries = 1) {
  const client = new AwsClient({
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: environment.AWS_SESSION_TOKEN,
    service,
    region,
    retries,
  });
  return {
    fetch: (url: string, init: RequestInit): Promise<Response> => outsideOfPages(() => client.fetch(url, init)),
  };
}

/** Of the service itself, or of what stands in for it. No slash at its end. */
export function endpointOf(service: string, own: string, environment: Environment): string {
  const named = environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? environment.AWS_ENDPOINT_URL;
  return (named || own).replace(/\/$/, '');
}
