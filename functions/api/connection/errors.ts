/** Why a repository is not connected, and nothing was changed. */
import type { App } from '../../../domain/app.ts';
import { refusal } from '../../../domain/errors.ts';

export const notConnected = (id: string) =>
  refusal(
    'NOT_CONNECTED',
    `The app ${id} was disconnected from its repository.`,
    '"towpath connect URL" connects it again.',
  );

export const appBeingRemoved = (id: string) =>
  refusal('APP_BEING_REMOVED', `The app ${id} is being removed.`, 'Connect it again once it is gone.');

export const notConnectable = () =>
  refusal(
    'NOT_CONNECTABLE',
    'A plain Git remote has no webhooks.',
    'Push to it: it delivers by itself ("towpath deploy").',
  );

export const addressRefused = (url: string, why: string) =>
  refusal(
    'GIT_ADDRESS_REFUSED',
    `No Git server is called at ${URL.parse(url)?.host ?? url}: ${why}.`,
    "Give the https address of the repository's page, or allow the server's network by the stack parameter NotificationNetworks.",
  );

export const otherServer = (given: string, named: string) =>
  refusal(
    'GIT_SERVER_DIFFERS',
    `The server ${new URL(given).host} says that the repository's page is ${named}.`,
    'Connect that address instead, if it is the one you mean.',
  );

export const connectedElsewhere = ({ id, repository }: App) =>
  refusal(
    'APP_CONNECTED_ELSEWHERE',
    `The app ${id} is connected to ${repository.url}.`,
    'Choose another app name, or let the app move to the new address: towpath connect URL --app APP --move.',
  );

export const noSuchBranch = (name: string, branch: string) =>
  refusal(
    'NO_SUCH_BRANCH',
    `${name} has no branch ${branch}: the app is connected, and nothing is deployed.`,
    'Push that branch, or connect again with another --branch.',
  );
