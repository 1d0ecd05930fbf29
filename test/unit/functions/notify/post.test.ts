/** Refusals alone: nothing here may reach a network. */
import { expect, jest, test } from '@jest/globals';
import { parseNetworks } from '../../../../domain/outbound.ts';
import { post, RefusedUrl } from '../../../../functions/notify/post.ts';

const none = parseNetworks('none');
const resolving = (...addresses: string[]) =>
  jest.fn((_: string, answer: (error: null, found: { address: string; family: number }[]) => void) =>
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
  );

test.each(['http://hooks.slack.com/x', 'https://127.0.0.1/x', 'https://[fd00:ec2::254]/latest'])(
  '%s is refused before its name is looked up',
  async (url) => {
    const resolve = resolving('8.8.8.8');
    await expect(post(url, '{}', { allowed: none, resolve })).rejects.toThrow(RefusedUrl);
    expect(resolve).not.toHaveBeenCalled();
  },
);

test.each([
  ['the metadata service', ['169.254.169.254']],
  ['loopback', ['127.0.0.1']],
  ['a private network', ['10.0.0.1']],
  ['a private address beside a public one', ['8.8.8.8', '192.168.0.1']],
  ['IPv6 loopback', ['::1']],
  ['no address', []],
])('a name that leads to %s is refused, and nothing is sent', async (_, addresses) => {
  const resolve = resolving(...addresses);
  const refused = post('https://chat.example.com/x', '{}', { allowed: none, resolve });
  await expect(refused).rejects.toThrow(RefusedUrl);
  expect(resolve).toHaveBeenCalledTimes(1);
});

test('plain http is refused outside the networks that allow it', async () => {
  const resolve = resolving('8.8.8.8');
  const refused = post('http://chat.example.com/x', '{}', { allowed: parseNetworks('10.0.0.0/8'), resolve });
  await expect(refused).rejects.toThrow('https');
});
