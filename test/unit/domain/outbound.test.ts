import { describe, expect, test } from '@jest/globals';
import { addressRefusal, isPublic, parseNetworks, urlRefusal } from '../../../domain/outbound.ts';

const none = parseNetworks('none');
const loopback = parseNetworks('127.0.0.0/8, ::1/128');

test.each([
  '8.8.8.8',
  '172.15.255.255',
  '172.32.0.0',
  '169.253.255.255',
  '100.128.0.0',
  '2606:4700::1111',
  '2a00:1450:4001::1',
])('%s is public', (address) => {
  expect(isPublic(address)).toBe(true);
});

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::a9fe:a9fe',
  'fd00:ec2::254',
  'fe80::1',
  'ff02::1',
  '2001:db8::1',
  '2002:a9fe:a9fe::1',
  '2001::1',
  '::ffff:7f00:1',
  'localhost',
  '',
])('%s is not public', (address) => {
  expect(isPublic(address)).toBe(false);
});

describe('an address', () => {
  test('that is public takes https alone', () => {
    expect(addressRefusal('8.8.8.8', 'https:', none)).toBeUndefined();
    expect(addressRefusal('8.8.8.8', 'http:', loopback)).toContain('https');
  });

  test('that is named by the stack takes http too', () => {
    expect(addressRefusal('127.0.0.1', 'http:', loopback)).toBeUndefined();
    expect(addressRefusal('::1', 'http:', loopback)).toBeUndefined();
    expect(addressRefusal('10.0.0.1', 'https:', loopback)).toContain('NotificationNetworks');
  });
});

describe('a URL', () => {
  test.each(['https://hooks.slack.com/services/T/B/x', 'https://8.8.8.8/x', 'https://[2606:4700::1111]:8443/x'])(
    '%s is taken',
    (url) => {
      expect(urlRefusal(url, none)).toBeUndefined();
    },
  );

  test.each([
    ['nonsense', 'no URL'],
    ['', 'no URL'],
    ['http://hooks.slack.com/x', 'https'],
    ['file:///etc/passwd', 'https'],
    ['gopher://x', 'https'],
    ['https://user:word@hooks.slack.com/x', 'password'],
    ['https://169.254.169.254/latest', 'public Internet'],
    ['https://[::1]/x', 'public Internet'],
    ['https://[::ffff:169.254.169.254]/x', 'public Internet'],
    ['https://2130706433/x', 'public Internet'],
    ['https://0x7f.1/x', 'public Internet'],
    ['https://127.1/x', 'public Internet'],
  ])('%s is refused, and not repeated', (url, reason) => {
    const refusal = urlRefusal(url, none);
    expect(refusal).toContain(reason);
    expect(url && refusal?.includes(url)).toBeFalsy();
  });

  test('with a name may be http where the stack names networks: the address decides', () => {
    expect(urlRefusal('http://chat.internal/x', loopback)).toBeUndefined();
    expect(urlRefusal('http://10.0.0.1/x', loopback)).toContain('public Internet');
  });
});

test.each(['10.0.0.0', '10.0.0.0/33', 'fd00::/129', 'localhost/8', '', '10.0.0.0/8,'])(
  '"%s" names no networks',
  (text) => {
    expect(() => parseNetworks(text)).toThrow('CIDR');
  },
);
