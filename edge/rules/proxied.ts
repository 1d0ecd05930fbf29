/** A request that another site answers, by CloudFront itself. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html */
import type { CloudFrontRequest } from 'aws-lambda';

/** What is ours, and what is the visitor's and this site's alone. */
const KEPT_HERE = /^(x-towpath-|x-forwarded-host$|host$)/;
const READ_TIMEOUT_SECONDS = 30;

export function proxied(request: CloudFrontRequest, address: string): CloudFrontRequest {
  const url = new URL(address);
  const isHttps = url.protocol === 'https:';
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !KEPT_HERE.test(name)));
  return {
    ...request,
    uri: url.pathname,
    querystring: url.search.slice(1),
    headers: { ...headers, host: [{ key: 'host', value: url.host }] },
    origin: {
      custom: {
        customHeaders: {},
        domainName: url.hostname,
        keepaliveTimeout: 5,
        path: '',
        port: Number(url.port || (isHttps ? 443 : 80)),
        protocol: isHttps ? 'https' : 'http',
        readTimeout: READ_TIMEOUT_SECONDS,
        sslProtocols: ['TLSv1.2'],
      },
    },
  };
}
