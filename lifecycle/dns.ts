/** What the world's DNS answers. Who does not answer, answers nothing: a name is looked up again before long. */
import { Resolver } from 'node:dns/promises';

export interface Dns {
  /** What it is another name of. */
  aliases(name: string): Promise<string[]>;
  /** IPv4: CloudFront has such of every name. */
  addresses(name: string): Promise<string[]>;
  namesOf(address: string): Promise<string[]>;
}

const TIMEOUT_MS = 2_000;
const TRIES = 2;

/** `servers`: addresses, with ports where need be, with commas between them; or `system` for those of the machine. */
export function createDns(servers: string): Dns {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers !== 'system') resolver.setServers(servers.split(','));
  const answered = (asked: Promise<string[]>) => asked.catch(() => []);
  return {
    aliases: (name) => answered(resolver.resolveCname(name)),
    addresses: (name) => answered(resolver.resolve4(name)),
    namesOf: (address) => answered(resolver.reverse(address)),
  };
}
