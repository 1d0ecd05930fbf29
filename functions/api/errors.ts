/** What the HTTP API itself refuses; lifecycle/errors.ts and connection/errors.ts have what its operations do. Nothing was changed. */
import { HTTPException } from 'hono/http-exception';
import { refusal } from '../../domain/errors.ts';
import type { Finding } from '../../preflight/finding.ts';

/** What was sent is not what the operation takes. */
const badRequest = (code: string, message: string, remedy: string) =>
  new HTTPException(400, { cause: refusal(code, message, remedy) });

const unauthorized = (code: string, message: string, remedy: string) =>
  new HTTPException(401, { cause: refusal(code, message, remedy) });

export const invalidInput = (problems: string[]) =>
  badRequest(
    'INVALID_INPUT',
    problems.join('; ').replace(/\.?$/, '.'),
    'Correct it, and ask again: docs/reference/openapi.json says what each operation takes.',
  );

export const malformedJson = () =>
  badRequest(
    'MALFORMED_JSON',
    'The body of the request is no JSON.',
    'Correct it, and send it with "content-type: application/json".',
  );

/** A setting that is kept is refused as the file would be that can hold it instead. */
export const refusedAs = ({ code, message, remedy }: Finding) => badRequest(code, message, remedy);

export const sharedTagSite = (app: string, branch: string) =>
  badRequest(
    'TAG_SITE_SHARED',
    `Tags of ${app} cannot go to the site of branch ${branch}, which is deployed by itself:`,
    'choose another --tag-site.',
  );

export const chatRefused = (why: string) =>
  badRequest(
    'NOTIFICATION_ADDRESS_REFUSED',
    `The chat's URL cannot be used: ${why}.`,
    'Give its https address, or allow its network by the stack parameter NotificationNetworks.',
  );

export const secretRefused = (why: string) =>
  badRequest('SECRET_REFUSED', `${why}.`, 'If it is no secret, set it without --secret.');

export const referenceRefused = (app: string, name: string, prefix: string) =>
  badRequest(
    'SECRET_REFERENCE_REFUSED',
    `${JSON.stringify(name)} cannot be referred to: the roles of ${app} may read names that begin with ${prefix} and nothing else.`,
    'Keep the secret under such a name.',
  );

/** Each tells no more than what the caller sent: that a token is over is told to whoever has it. */
export const tokenMissing = () =>
  unauthorized(
    'TOKEN_MISSING',
    'There is no API token in the request.',
    'Send one as "Authorization: Bearer <token>": docs/reference/api.md says which there are.',
  );

export const tokenRefused = () =>
  unauthorized(
    'TOKEN_REFUSED',
    'The API token opens nothing: it is wrong, was revoked, or is of another Towpath.',
    'Look whose token it is and whose address: docs/reference/api.md says which there are.',
  );

export const tokenExpired = () =>
  unauthorized('TOKEN_EXPIRED', 'The API token has expired.', '"towpath token create NAME" makes another one.');

export const noSuchOperation = (method: string, path: string) =>
  refusal('NO_SUCH_OPERATION', `There is no ${method} ${path}.`, 'docs/reference/openapi.json has all operations.');

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
