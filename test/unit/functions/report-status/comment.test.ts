import { expect, jest, test } from '@jest/globals';
import { commentPreview, previewText } from '../../../../functions/report-status/comment.ts';
import type { Send } from '../../../../githost/index.ts';
import { eventDeployment } from '../../../support/event-deployment.ts';

const preview = { number: 12, isFork: false };
const live = eventDeployment({ status: 'succeeded', url: 'https://d1.cloudfront.net', site: 'shop-pull', preview });

test('says where a preview is, or where it failed, and nothing of what users wrote', () => {
  expect(previewText(live)).toBe('Preview `shop-pull` of a1b2c3d is live: https://d1.cloudfront.net');
  const error = { code: 'BUILD_FAILED', message: 'token=secret', step: 'Build' } as const;
  expect(previewText({ ...live, status: 'failed', error })).toBe(
    'Preview `shop-pull` of a1b2c3d failed in Build (`BUILD_FAILED`).',
  );
  expect(previewText({ ...live, status: 'running' })).toBeUndefined();
  expect(previewText({ ...live, removes: true })).toBe('Preview `shop-pull` was taken away.');
  expect(previewText({ ...live, removes: true, status: 'failed', error })).toBeUndefined();
});

test('a host that does not answer is logged, and nothing else happens; a branch has no pull request to tell', async () => {
  const log = jest.fn<(entry: object) => void>();
  const send = jest.fn<Send>(async () => {
    throw new Error('ECONNREFUSED');
  });
  await commentPreview(live, { send, log });
  expect(log).toHaveBeenCalledWith(expect.objectContaining({ message: 'pull request not told of its preview' }));
  await commentPreview({ ...live, preview: undefined }, { send, log });
  expect(send).toHaveBeenCalledTimes(1);
});
