/**
 * Which addresses are on the public Internet, and where Towpath may post what users ask it to: there by https, and to the
 * networks that the stack parameter `NotificationNetworks` names by http as well. Without this, a chat URL could make
 * Towpath's functions call the metadata service or whatever else answers beside them, and so could an image's address.
 * Pure: addresses are looked up elsewhere.
 */
import { BlockList, isIP } from 'node:net';

/** https://www.iana.org/assignments/iana-ipv4-special-registry */
const NOT_PUBLIC_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only this is given out: https://www.iana.org/assignments/ipv6-unicast-address-assignments */
const GLOBAL_IPV6 = ['2000::/3'];
/** Protocol assignments and Teredo, documentation, 6to4 (which may hide an IPv4 address), documentation again. */
const NOT_PUBLIC_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

export interface Networks {
  isEmpty: boolean;
  contains(address: string): boolean;
}

function networks(blocks: string[]): Networks {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix = ''] = block.split('/');
    const version = isIP(address);
    const length = Number(prefix);
    if (!version || !/^\d+$/.test(prefix) || length > (version === 4 ? 32 : 128)) {
      throw new Error(`"${block}" is no CIDR block like 10.0.0.0/8 or fd00::/8`);
    }
    list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    isEmpty: blocks.length === 0,
    contains: (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'),
  };
}

/** CIDR blocks with commas between them, or `none`. */
export const parseNetworks = (text: string): Networks =>
  networks(text.trim() === 'none' ? [] : text.split(',').map((block) => block.trim()));

const notPublic = networks([...NOT_PUBLIC_IPV4, ...NOT_PUBLIC_IPV6]);
const globalIpv6 = networks(GLOBAL_IPV6);

/** `address` is without brackets; what is no IPv4 or IPv6 address is not public. An IPv6 address that carries an IPv4 one is none. */
export const isPublic = (address: string): boolean =>
  isIP(address) !== 0 && !notPublic.contains(address) && (isIP(address) === 4 || globalIpv6.contains(address));

/** Why nothing may be posted to that address, if so. */
export function addressRefusal(address: string, protocol: string, allowed: Networks): string | undefined {
  if (allowed.contains(address)) return undefined;
  if (!isPublic(address)) return 'its address is not on the public Internet, nor in NotificationNetworks';
  if (protocol !== 'https:') return 'it is not https';
  return undefined;
}

/** Why nothing may be posted to that URL, as far as the URL alone says. Never quotes the URL: it is a secret. */
export function urlRefusal(text: string, allowed: Networks): string | undefined {
  const url = URL.parse(text);
  if (!url) return 'it is no URL';
  if (url.protocol !== 'https:' && (url.protocol !== 'http:' || allowed.isEmpty)) return 'it is not https';
  if (url.username || url.password) return 'it has a user name or password in it';
  const host = hostOf(url);
  return isIP(host) ? addressRefusal(host, url.protocol, allowed) : undefined;
}

/** Without the brackets of an IPv6 address. */
const hostOf = ({ hostname }: URL) => hostname.replace(/^\[(.*)\]$/, '$1');
