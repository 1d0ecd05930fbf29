/** The synthetic requests of the smoke test, and what counts as an answer. Pure. */
import * as z from 'zod';
import { RELEASE_HEADER } from '../../domain/release-header.ts';
import type { EdgeFunctionName } from '../../domain/site.ts';

export interface Probe {
  method: 'GET';
  /** Below the base path. */
  path: string;
  /** The one status that is right; without it any below 500 is. */
  status?: number;
}

/** Every function answers its own kind of request, and refuses a wrong one without falling over. */
export const PROBES: Record<EdgeFunctionName, Probe[]> = {
  default: [
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/towpath-smoke-test-no-such-page' },
  ],
  image: [{ method: 'GET', path: '/_next/image', status: 400 }],
};

export interface ProbedSite {
  release: string;
  distributionId: string;
  distributionDomain: string;
  bucketDomain: string;
  bucketRegion: string;
  basePath: string;
  trailingSlash: boolean;
}

function pathOf({ path }: Probe, { basePath, trailingSlash }: ProbedSite): string {
  if (path === '/') return trailingSlash || basePath === '' ? `${basePath}/` : basePath;
  const page = !path.startsWith('/_next/');
  return basePath + path + (trailingSlash && page ? '/' : '');
}

/** As CloudFront sends it: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html */
export function originRequestEvent(probe: Probe, site: ProbedSite, requestId: string) {
  const header = (key: string, value: string) => ({ [key.toLowerCase()]: [{ key, value }] });
  return {
    Records: [
      {
        cf: {
          config: {
            distributionDomainName: site.distributionDomain,
            distributionId: site.distributionId,
            eventType: 'origin-request',
            requestId,
          },
          request: {
            clientIp: '192.0.2.1',
            method: probe.method,
            uri: pathOf(probe, site),
            querystring: '',
            headers: {
              ...header('Host', site.bucketDomain),
              ...header('X-Forwarded-Host', site.distributionDomain),
              ...header('User-Agent', 'Towpath smoke test'),
            },
            body: { action: 'read-only', data: '', encoding: 'base64', inputTruncated: false },
            origin: {
              s3: {
                authMethod: 'none',
                customHeaders: header(RELEASE_HEADER, site.release),
                domainName: site.bucketDomain,
                path: '',
                readTimeout: 30,
                responseCompletionTimeout: 0,
                region: site.bucketRegion,
              },
            },
          },
        },
      },
    ],
  };
}

const Headers = z.record(z.string(), z.array(z.object({ key: z.string().optional(), value: z.string() }))).optional();
const Response = z.object({
  status: z.union([z.string().regex(/^\d{3}$/), z.int()]),
  headers: Headers,
  body: z.string().optional(),
});
const Request = z.object({ method: z.string(), uri: z.string().startsWith('/'), headers: Headers });
const Thrown = z.object({ errorType: z.string().optional(), errorMessage: z.string() });

/** Lambda@Edge, origin events: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** What is wrong with a function's answer, or undefined. */
export function fault(probe: Probe, payload: unknown, failed: boolean): string | undefined {
  if (failed) {
    const { errorType = 'Error', errorMessage } = Thrown.safeParse(payload).data ?? {
      errorMessage: 'ended without an answer',
    };
    return `threw ${errorType}: ${errorMessage}`;
  }
  const response = Response.safeParse(payload).data;
  if (!response) {
    if (probe.status === undefined && Request.safeParse(payload).success) return undefined;
    return 'answered neither a response nor a request that CloudFront would take';
  }
  const status = Number(response.status);
  if (probe.status === undefined ? status >= 500 : status !== probe.status) {
    return `answered ${status}${probe.status === undefined ? '' : ` instead of ${probe.status}`}`;
  }
  if (JSON.stringify(response).length > MAX_RESPONSE_BYTES) return `answered more than ${MAX_RESPONSE_BYTES} bytes`;
  return undefined;
}
