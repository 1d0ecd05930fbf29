/** `towpath domain`: a site's own names, what they wait for, and the records that their DNS host needs. */
import { setTimeout as wait } from 'node:timers/promises';
import type { DomainStatus, SiteDomains } from '../domain/custom-domain.ts';
import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

const OPTIONS = {
  site: { type: 'string' },
  wait: { type: 'boolean', default: false },
} as const;

/** Words after the action. */
const MOST_NAMES = { add: Number.POSITIVE_INFINITY, remove: 1, status: 1, list: 0 };

const STATUS = {
  requested: 'a certificate is requested',
  validating: 'waits for validation: the certificate is issued once its CNAMEs are in DNS',
  deploying: 'the certificate is issued, the distribution gets the names',
  pointing: 'waits for DNS: not every name leads to the site yet',
  live: 'live',
  removing: 'is taken away',
  failed: 'failed',
};

export const domain: Verb = {
  brief: 'gives a site names of its own',
  usage:
    'domain add DOMAIN… --site SITE | remove DOMAIN --site SITE | status SITE | list [--wait] [--data DIR] [--json]',
  summary:
    'Gives a site names of its own, with a certificate; says which DNS records to set where the zone is not in the AWS account. --wait goes on until they are live, or gone.',

  async run(args) {
    const { values, positionals } = readArguments(args, Number.POSITIVE_INFINITY, OPTIONS);
    const [action = '', ...names] = positionals;
    if (!Object.hasOwn(MOST_NAMES, action))
      throw new CliError('Domains are added, removed, listed, or their status is asked for.', 2);
    const surplus = names[MOST_NAMES[action as keyof typeof MOST_NAMES]];
    if (surplus !== undefined) throw new CliError(`"${surplus}" is a word too many.`, 2);
    const api = connect(findTowpath(dataFolder(values.data)));
    if (action === 'list') {
      const found = await answer<SiteDomains[]>(api.domains.$get() as never);
      console.log(values.json ? JSON.stringify(found) : shown(found));
      return 0;
    }
    const site = values.site ?? (action === 'status' ? names[0] : undefined);
    if (site === undefined)
      throw new CliError('Of which site? Add --site SITE; "npm run towpath -- list" shows them.', 2);
    const begun = await ask(api, action, site, names);
    // Who takes a name away need not wait for the others.
    const wanted: DomainStatus[] = action === 'remove' ? ['live', 'failed', 'pointing'] : ['live', 'failed'];
    const ended = values.wait ? await settled(api, begun, wanted) : begun;
    console.log(values.json ? JSON.stringify(ended ?? null) : shown(ended ? [ended] : [], site));
    return ended?.status === 'failed' ? 1 : 0;
  },
};

async function ask(api: TowpathApi, action: string, site: string, names: string[]): Promise<SiteDomains> {
  const of = api.sites[':site'].domains;
  if (action === 'status') return answer<SiteDomains>(of.$get({ param: { site } }) as never);
  const [name] = names;
  if (name === undefined) throw new CliError('Which domain? www.example.com, for instance.', 2);
  if (action === 'add') return answer<SiteDomains>(of.$post({ param: { site }, json: { names } } as never) as never);
  return answer<SiteDomains>(of[':name'].$delete({ param: { site, name } }) as never);
}

const POLL_MILLISECONDS = 500;

/** Undefined once the last name is gone. */
async function settled(api: TowpathApi, begun: SiteDomains, wanted: DomainStatus[]): Promise<SiteDomains | undefined> {
  for (let told = ''; ; await wait(POLL_MILLISECONDS)) {
    const all = await answer<SiteDomains[]>(api.domains.$get() as never);
    const found = all.find(({ site }) => site === begun.site);
    if (!found || wanted.includes(found.status)) return found;
    if (told !== found.status) console.error(shown([found]));
    told = found.status;
  }
}

/** @param site the one that was asked about, if it was one. Pure. */
export function shown(all: SiteDomains[], site?: string): string {
  if (all.length === 0)
    return site === undefined ? 'No site has a domain of its own.' : `${site} has no domain of its own.`;
  return all
    .flatMap(({ site, names, status, error, records, told }) => {
      const missing = records.filter(({ zone }) => zone === undefined);
      const elsewhere = status === 'pointing' ? names.filter((name) => !told.includes(name)) : [];
      return [
        names.length > 0
          ? `${names.join(', ')} → ${site}: ${STATUS[status]}`
          : `${site}: its last domain is taken away`,
        ...(error ? [`  ${error.message}`, `  ${error.remedy} (${error.code})`] : []),
        ...(elsewhere.length > 0 ? [`  Not here yet: ${elsewhere.join(', ')}. DNS is asked every 5 minutes.`] : []),
        ...(missing.length > 0 ? ['  No zone of this AWS account holds these: set them at your DNS host.'] : []),
        ...missing.map(
          ({ name, type, value }) => `    ${name}  ${type === 'ALIAS' ? 'ALIAS or CNAME' : type}  ${value}`,
        ),
      ];
    })
    .join('\n');
}
