import type { CloudFrontHeaders, CloudFrontRequest } from 'aws-lambda';

export interface EventParts {
  headers?: Record<string, string>;
  body?: Buffer;
}

export const ORIGIN_DOMAIN = 'shop.s3.eu-west-1.amazonaws.com';

export const eventHeaders = (headers: Record<string, string>): CloudFrontHeaders =>
  Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, [{ key, value }]]));

export function event(method: string, target: string, { headers = {}, body }: EventParts = {}): CloudFrontRequest {
  const [uri = '', querystring = ''] = target.split('?');
  return {
    clientIp: '203.0.113.7',
    method,
    uri,
    querystring,
    headers: eventHeaders({ host: ORIGIN_DOMAIN, ...headers }),
    ...(body
      ? { body: { action: 'read-only', inputTruncated: false, encoding: 'base64', data: body.toString('base64') } }
      : {}),
    origin: {
      s3: {
        domainName: ORIGIN_DOMAIN,
        path: '',
        authMethod: 'origin-access-identity',
        region: 'eu-west-1',
        customHeaders: eventHeaders({ 'x-towpath-release': 'R1' }),
      },
    },
  };
}
