import { expect, jest, test } from '@jest/globals';
import { type HostRequest, reportStatus, statusContext } from '../../../githost/index.ts';

const deployment = {
  id: '01JD0000000000000000000001',
  repository: { host: 'git' as const, name: 'shop', url: 'http://127.0.0.1:4000/shop.git' },
  commit: { sha: 'a'.repeat(40), branch: 'main', message: '' },
};
const status = { state: 'success', context: statusContext({ site: 'shop-main' }), description: 'Live' } as const;

test('the status goes to the commit', async () => {
  const sent: HostRequest[] = [];
  const log = jest.fn();
  const send = async (request: HostRequest) => {
    sent.push(request);
    return new Response('{}', { status: 201 });
  };
  await reportStatus(deployment, status, { send, log });
  expect(sent).toMatchObject([{ method: 'POST', url: `http://127.0.0.1:4000/shop.git/statuses/${'a'.repeat(40)}` }]);
  expect(JSON.parse(sent[0]!.body!)).toEqual({ state: 'success', context: 'towpath/shop-main', description: 'Live' });
  expect(log).not.toHaveBeenCalled();
});

test.each([
  ['refuses', async () => new Response('', { status: 422 }), '127.0.0.1:4000 answered 422'],
  ['is down', () => Promise.reject(new Error('fetch failed')), 'Error: fetch failed'],
])('a host that %s is logged and no failure', async (_, send, reason) => {
  const log = jest.fn<(entry: object) => void>();
  await reportStatus(deployment, status, { send, log });
  expect(log).toHaveBeenCalledWith(expect.objectContaining({ deployment: deployment.id, reason }));
});
