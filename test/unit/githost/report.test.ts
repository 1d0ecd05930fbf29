import { expect, test } from '@jest/globals';
import { type HostRequest, reportStatus, statusContext } from '../../../githost/index.ts';

const deployment = {
  repository: { host: 'git' as const, name: 'shop', url: 'http://127.0.0.1:4000/shop.git' },
  commit: { sha: 'a'.repeat(40), branch: 'main', message: '' },
};
const status = { state: 'success', context: statusContext({ site: 'shop-main' }), description: 'Live' } as const;
const answering = (code: number, headers?: Record<string, string>) => async () =>
  new Response('{}', { status: code, headers });

test('the status goes to the commit', async () => {
  const sent: HostRequest[] = [];
  const send = async (request: HostRequest) => {
    sent.push(request);
    return new Response('{}', { status: 201 });
  };
  expect(await reportStatus(deployment, status, { send, token: 't0ken' })).toEqual({ outcome: 'set' });
  expect(sent).toMatchObject([{ method: 'POST', url: `http://127.0.0.1:4000/shop.git/statuses/${'a'.repeat(40)}` }]);
  expect(sent[0]?.headers.authorization).toBe('Bearer t0ken');
  expect(JSON.parse(sent[0]!.body!)).toEqual({ state: 'success', context: 'towpath/shop-main', description: 'Live' });
});

test.each([
  ['refuses it', answering(422), { outcome: 'refused', problem: { code: 'GIT_REQUEST_REFUSED' } }],
  ['does not know the token', answering(401), { outcome: 'refused', problem: { code: 'GIT_TOKEN_REFUSED' } }],
  ['has no such commit', answering(404), { outcome: 'refused', problem: { code: 'GIT_REPOSITORY_NOT_FOUND' } }],
  [
    'has had too many',
    answering(429, { 'retry-after': '90' }),
    { outcome: 'again', afterSeconds: 90, problem: { code: 'GIT_HOST_THROTTLED' } },
  ],
  ['stumbles', answering(502), { outcome: 'again', afterSeconds: 0, problem: { code: 'GIT_HOST_UNAVAILABLE' } }],
  [
    'is down',
    () => Promise.reject(new Error('fetch failed')),
    { outcome: 'again', afterSeconds: 0, problem: { code: 'GIT_HOST_UNAVAILABLE' } },
  ],
])('a host that %s says so', async (_, send, expected) => {
  expect(await reportStatus(deployment, status, { send })).toMatchObject(expected);
});
