import { expect, test } from '@jest/globals';
import { fault, originRequestEvent, PROBES } from '../../../../functions/smoke-test/probes.ts';

const site = {
  release: 'R',
  distributionId: 'E2EXAMPLE',
  distributionDomain: 'd111.cloudfront.net',
  bucketDomain: 'b.s3.eu-west-1.amazonaws.com',
  bucketRegion: 'eu-west-1',
  basePath: '',
  trailingSlash: false,
};
const [page] = PROBES.default;
const [image] = PROBES.image;

test.each([
  [{}, '/', '/towpath-smoke-test-no-such-page'],
  [{ basePath: '/docs' }, '/docs', '/docs/towpath-smoke-test-no-such-page'],
  [{ basePath: '/docs', trailingSlash: true }, '/docs/', '/docs/towpath-smoke-test-no-such-page/'],
])('probes ask below the base path, as visitors do: %j', (about, root, other) => {
  const uris = PROBES.default.map(
    (probe) => originRequestEvent(probe, { ...site, ...about }, 'r').Records[0]!.cf.request.uri,
  );
  expect(uris).toEqual([root, other]);
});

test('the event is one of CloudFront’s, with the bucket as origin', () => {
  const { config, request } = originRequestEvent(page!, site, 'request-1').Records[0]!.cf;
  expect(config).toEqual({
    distributionDomainName: 'd111.cloudfront.net',
    distributionId: 'E2EXAMPLE',
    eventType: 'origin-request',
    requestId: 'request-1',
  });
  expect(request.headers.host).toEqual([{ key: 'Host', value: 'b.s3.eu-west-1.amazonaws.com' }]);
  expect(request.origin.s3.customHeaders['x-towpath-release']).toEqual([{ key: 'x-towpath-release', value: 'R' }]);
  expect(request.origin.s3).toMatchObject({ domainName: 'b.s3.eu-west-1.amazonaws.com', authMethod: 'none' });
});

test.each([
  [
    'a page',
    page!,
    { status: '200', headers: { 'content-type': [{ key: 'Content-Type', value: 'text/html' }] }, body: 'x' },
  ],
  ['a page of S3', page!, { method: 'GET', uri: '/releases/R/isr/index.html', headers: {}, querystring: '' }],
  ['a missing page', page!, { status: '404' }],
  ['a redirect', page!, { status: 308 }],
  ['a refused image', image!, { status: '400' }],
])('%s is an answer', (_, probe, payload) => {
  expect(fault(probe, payload, false)).toBeUndefined();
});

test.each([
  ['an error page', page!, { status: '500' }, false, 'answered 500'],
  ['an accepted bad image', image!, { status: '200' }, false, 'answered 200 instead of 400'],
  ['a bad image passed on to S3', image!, { method: 'GET', uri: '/x' }, false, 'neither a response nor a request'],
  ['nothing', page!, null, false, 'neither a response nor a request'],
  ['a status that is none', page!, { status: 'ok' }, false, 'neither a response nor a request'],
  ['more than CloudFront takes', page!, { status: '200', body: 'x'.repeat(2 ** 20) }, false, 'more than 1048576 bytes'],
  ['an exception', page!, { errorType: 'TypeError', errorMessage: 'no db' }, true, 'threw TypeError: no db'],
  ['a crash', page!, undefined, true, 'ended without an answer'],
])('%s is a fault', (_, probe, payload, failed, message) => {
  expect(fault(probe, payload, failed)).toContain(message);
});
