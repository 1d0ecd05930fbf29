/** What the HTTP API itself refuses; lifecycle/errors.ts and connection/errors.ts have what its operations do. Nothing was changed. */

import type { AppStore } from '../../aws/table/apps.ts';
import type { App } from '../../domain/app.ts';
import { refusal } from '../../domain/errors.ts';
import { noSuchApp } from '../../lifecycle/errors.ts';

export async function appNamed(id: string | undefined, apps: Pick<AppStore, 'get'>): Promise<App> {
  const app = id === undefined ? undefined : await apps.get(id);
  if (!app) throw noSuchApp(id ?? '');
  return app;
}

export const noSuchArtifact = (deployment: string, path: string) =>
  refusal(
    'NO_SUCH_ARTIFACT',
    `The tests of deployment ${deployment} left no file ${path}.`,
    `"towpath artifacts ${deployment}" takes all that are there.`,
  );

export const noSuchToken = (name: string) =>
  refusal('NO_SUCH_TOKEN', `There is no token ${name}.`, '"towpath token list" shows all.');

export const tokenExists = (name: string) =>
  refusal('TOKEN_EXISTS', `There is a token ${name} already.`, 'Revoke it first, or choose another name.');

export const noSuchNotification = (app: string, id: string) =>
  refusal('NO_SUCH_NOTIFICATION', `The app ${app} has no notification ${id}.`, `"towpath notify ${app}" shows all.`);

export const tooManyNotifications = (app: string, most: number) =>
  refusal(
    'TOO_MANY_NOTIFICATIONS',
    `The app ${app} has ${most} notifications.`,
    'It can have no more: remove one first.',
  );

export const notificationsChanged = (app: string) =>
  refusal('NOTIFICATIONS_CHANGED', `The notifications of ${app} were changed at the same time.`, 'Ask again.');

export const noSuchVariable = (app: string, name: string, scope: string) =>
  refusal(
    'NO_SUCH_VARIABLE',
    `The app ${app} has no variable ${name} in the scope ${scope}.`,
    `"towpath env list ${app}" shows all of every scope.`,
  );

export const tooManySecrets = (app: string, most: number) =>
  refusal('TOO_MANY_SECRETS', `The app ${app} has ${most} secrets.`, 'It can have no more: unset one first.');

export const noPassword = (site: string) =>
  refusal('NO_SUCH_PASSWORD', `Site ${site} has no password.`, `"towpath protect ${site}" gives it one.`);

export const noDomain = (site: string) =>
  refusal(
    'NO_SUCH_DOMAIN',
    `Site ${site} has no domain of its own.`,
    `"towpath domain add NAME --site ${site}" gives it one.`,
  );
