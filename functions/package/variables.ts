/** What the functions of a release see of the app's variables, and the values that no client file may hold. */
import type { SecretValue, SecretValues } from '../../aws/secret-values.ts';
import type { VariableStore } from '../../aws/table/variables.ts';
import type { Deployment } from '../../domain/deployment.ts';
import { TowpathError } from '../../domain/errors.ts';
import type { PreparedSite } from '../../domain/pipeline.ts';
import type { EdgeSettings } from '../../domain/release.ts';
import { type SecretReference, targetOf, variablesFor } from '../../domain/variables.ts';

const SECRET_MISSING = {
  code: 'SECRET_MISSING',
  fault: 'user',
  retryable: false,
  remedy: 'Set the variable anew ("towpath env set APP NAME --secret"), or unset it, and deploy again.',
} as const;

export interface SiteVariables {
  environment: EdgeSettings['environment'];
  secrets?: EdgeSettings['secrets'];
  /** Variable → value. Never log it. */
  secretValues: Map<string, string>;
  /** What is shown of them: `API_URL, DATABASE_URL (secret, fetched)`. */
  names: string;
}

export interface VariablePorts {
  variables: Pick<VariableStore, 'ofApp'>;
  secretValues: Pick<SecretValues, 'read'>;
}

export async function siteVariables(
  deployment: Deployment,
  site: Pick<PreparedSite, 'url'>,
  region: string,
  ports: VariablePorts,
): Promise<SiteVariables> {
  const seen = [...variablesFor(await ports.variables.ofApp(deployment.app), targetOf(deployment)).values()];
  const secrets = await Promise.all(
    seen.flatMap(({ name, secret }) => (secret ? [readSecret(name, secret, ports)] : [])),
  );
  const baked = secrets.filter(({ secret }) => secret.atRunTime === 'baked');
  const fetched = secrets.filter(({ secret }) => secret.atRunTime === 'fetched');
  const list = fetched.map(({ variable, secret: { store, name }, version }) => ({ variable, store, name, version }));
  return {
    environment: Object.fromEntries([
      ...(site.url === undefined ? [] : [['TOWPATH_SITE_URL', site.url]]),
      ...seen.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
      ...baked.map(({ variable, value }) => [variable, value]),
    ]),
    ...(list.length > 0 && { secrets: { region, list } }),
    secretValues: new Map(secrets.map(({ variable, value }) => [variable, value])),
    names: seen.map(({ name, secret }) => (secret ? `${name} (secret, ${secret.atRunTime})` : name)).join(', '),
  };
}

async function readSecret(
  variable: string,
  secret: SecretReference,
  { secretValues }: VariablePorts,
): Promise<{ variable: string; secret: SecretReference } & SecretValue> {
  const found = await secretValues.read(secret);
  if (found) return { variable, secret, ...found };
  const where = secret.store === 'parameter-store' ? 'the parameter' : 'the secret';
  throw new TowpathError(
    SECRET_MISSING,
    `The variable ${variable} refers to ${where} ${secret.name}, which is not there.`,
  );
}
