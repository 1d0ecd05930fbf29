/** Why a replay, a promotion, a rollback or a removal is refused: nothing was changed. The HTTP API answers these as 4xx. */
import { refusal } from '../domain/errors.ts';

export const noSuchDeployment = (id: string) =>
  refusal('NO_SUCH_DEPLOYMENT', `There is no deployment ${id}.`, '"towpath list" shows the ids of all deployments.');

export const noSuchSite = (site: string) =>
  refusal('NO_SUCH_SITE', `There is no site ${site}.`, '"towpath list" shows all sites.');

export const siteBeingRemoved = (site: string) =>
  refusal('SITE_BEING_REMOVED', `Site ${site} is being removed, its releases with it.`, 'Push to it: it begins anew.');

export const noSuchApp = (app: string) =>
  refusal('NO_SUCH_APP', `There is no app ${app}.`, '"towpath list" shows the sites of all apps.');

export const noSuchRelease = (site: string, release: string) =>
  refusal(
    'NO_SUCH_RELEASE',
    `Site ${site} keeps no published release ${release}.`,
    'A release has the id of the deployment that made it: "towpath list" shows them.',
  );

export const notReplayable = (message: string, remedy: string) => refusal('NOT_REPLAYABLE', message, remedy);

export const superseded = (id: string) =>
  refusal(
    'SUPERSEDED',
    `Deployment ${id} is older than the one that changed its site last.`,
    'Nothing is lost: to bring this commit back, promote its release or push it anew.',
  );

export const OVERTAKEN = 'OVERTAKEN';
/** What came first was applied last: nothing is deployed of it. */
export const overtaken = (branch: string) =>
  refusal(
    OVERTAKEN,
    `${branch}: what was pushed later had been applied before this came`,
    'Nothing is lost: to bring this commit back, push it anew.',
  );

export const siteBusy = (site: string, by: string) =>
  refusal('SITE_BUSY', `Deployment ${by} of site ${site} runs.`, `Replay once ${by} has ended.`);

export const alreadyLive = (site: string, release: string) =>
  refusal('ALREADY_LIVE', `Release ${release} is live on site ${site} already.`, 'There is nothing to do.');

export const notProtected = (site: string) =>
  refusal('NOT_PROTECTED', `Site ${site} has no password.`, 'There is nothing to do.');

export const nothingLive = (site: string) =>
  refusal(
    'NOTHING_LIVE',
    `Site ${site} has no live release.`,
    'Push a commit: the first deployment has every setting.',
  );

export const nothingBefore = (site: string) =>
  refusal(
    'NOTHING_BEFORE',
    `Site ${site} keeps no release that went live before this one.`,
    'Name the release that shall be live: towpath promote SITE RELEASE.',
  );

export const siteNeverDeployed = (site: string) =>
  refusal('SITE_NEVER_DEPLOYED', `Site ${site} has no distribution yet.`, 'Deploy it first, then give it a domain.');

export const noSuchDomain = (site: string, name: string) =>
  refusal('NO_SUCH_DOMAIN', `Site ${site} has no domain ${name}.`, '"towpath domain list" shows those of all sites.');

export const domainOfAnotherSite = (name: string, site: string) =>
  refusal(
    'DOMAIN_OF_ANOTHER_SITE',
    `${name} belongs to site ${site}.`,
    `"towpath domain remove ${name} --site ${site}" frees it.`,
  );

export const domainsTooLong = (site: string, names: string[], maximum: number) =>
  refusal(
    'DOMAINS_TOO_LONG',
    `Of the names of site ${site} (${names.join(', ')}) none has ${maximum} characters or fewer, as a certificate's first name must.`,
    'Give the site a shorter name beside them: "towpath domain add SHORT LONG".',
  );

export const tooManyDomains = (site: string, most: number) =>
  refusal(
    'TOO_MANY_DOMAINS',
    `Site ${site} can have ${most} domains.`,
    'One certificate has no more names: remove one first.',
  );

export const domainsChanged = (site: string) =>
  refusal('DOMAINS_CHANGED', `The domains of site ${site} were changed at the same time.`, 'Ask again.');
