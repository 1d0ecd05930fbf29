/** Reads the secret variables that the app's owner wants fetched instead of baked: once, when the function starts. */
import { AwsClient } from 'aws4fetch';
import type { EdgeSettings } from '../../domain/release.ts';
import { secretId } from '../../domain/secret-id.ts';

type Secret = NonNullable<EdgeSettings['secrets']>['list'][number];
type Call = <Answer>(service: 'ssm' | 'secretsmanager', operation: string, input: object) => Promise<Answer>;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const MAX_NAMES = 10;
const TARGETS = { ssm: 'AmazonSSM', secretsmanager: 'secretsmanager' };

function createCall(region: string, environment: NodeJS.ProcessEnv): Call {
  const client = new AwsClient({
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: environment.AWS_SESSION_TOKEN,
    region,
    retries: 4,
  });
  return async (service, operation, input) => {
    const answer = await client.fetch(environment.AWS_ENDPOINT_URL ?? `https://${service}.${region}.amazonaws.com`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${TARGETS[service]}.${operation}` },
      body: JSON.stringify(input),
      aws: { service },
    });
    // The body of a refusal names the resource and the role, never a value.
    if (!answer.ok) throw new Error(`${service}:${operation} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as never;
  };
}

async function readParameters(secrets: Secret[], call: Call): Promise<[string, string | undefined][]> {
  const names = [...new Set(secrets.map(({ name }) => name))];
  const values = new Map<string, string>();
  for (let from = 0; from < names.length; from += MAX_NAMES) {
    const input = { Names: names.slice(from, from + MAX_NAMES), WithDecryption: true };
    const { Parameters } = await call<{ Parameters: { Name: string; Value: string }[] }>('ssm', 'GetParameters', input);
    for (const { Name, Value } of Parameters) values.set(Name, Value);
  }
  return secrets.map(({ variable, name }) => [variable, values.get(name)]);
}

const readSecrets = (secrets: Secret[], call: Call) =>
  Promise.all(
    secrets.map(async ({ variable, name }): Promise<[string, string | undefined]> => {
      const { id, key } = secretId(name);
      const { SecretString } = await call<{ SecretString?: string }>('secretsmanager', 'GetSecretValue', {
        SecretId: id,
      });
      if (key === undefined || SecretString === undefined) return [variable, SecretString];
      const value = (JSON.parse(SecretString) as Record<string, unknown>)[key];
      return [variable, value === undefined ? undefined : String(value)];
    }),
  );

/** Variable → value. Throws when one cannot be read: the app is not started without what it counts on. */
export async function fetchSecrets(
  { region, list }: NonNullable<EdgeSettings['secrets']>,
  environment = process.env,
): Promise<Record<string, string>> {
  const call = createCall(region, environment);
  const inStore = (store: Secret['store']) => list.filter((secret) => secret.store === store);
  const read = await Promise.all([
    readParameters(inStore('parameter-store'), call),
    readSecrets(inStore('secrets-manager'), call),
  ]);
  return Object.fromEntries(
    read.flat().map(([variable, value]) => {
      if (value === undefined) throw new Error(`The secret of the variable ${variable} is not there any more.`);
      return [variable, value];
    }),
  );
}
