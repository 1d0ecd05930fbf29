/**
 * Events of Lambda@Edge for origin-request and origin-response. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 */
import { STATUS_CODES } from 'node:http';
import { isDisallowed } from './edge-headers.ts';
import { type EdgeResponse, type HeaderMap, titleCase } from './message.ts';
import type { EventHeaders, OriginRequest, OriginTarget } from './origin-request.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-include-body-access.html */
const MAX_EVENT_BODY_BYTES = 1_048_576;

export interface EdgeConfig {
  distributionDomainName: string;
  distributionId: string;
  requestId: string;
}

interface EventRequest {
  clientIp: string;
  headers: EventHeaders;
  method: string;
  origin?: OriginTarget;
  querystring: string;
  uri: string;
  body?: {
    action: 'read-only' | 'replace';
    data: string;
    encoding: 'base64' | 'text';
    inputTruncated: boolean;
  };
}

interface EventResponse {
  status: string;
  statusDescription: string;
  headers: EventHeaders;
}

export function originRequestEvent(config: EdgeConfig, request: OriginRequest, includeBody: boolean) {
  return {
    Records: [
      { cf: { config: { ...config, eventType: 'origin-request' }, request: eventRequest(request, includeBody) } },
    ],
  };
}

/** No body: functions at origin-response see the origin's status and headers only. */
export function originResponseEvent(config: EdgeConfig, request: OriginRequest, response: EdgeResponse) {
  return {
    Records: [
      {
        cf: {
          config: { ...config, eventType: 'origin-response' },
          request: eventRequest(request, false),
          response: eventResponse(response),
        },
      },
    ],
  };
}

function eventRequest(request: OriginRequest, includeBody: boolean): EventRequest {
  const { clientIp, method, uri, query, body, target } = request;
  return {
    clientIp,
    headers: eventHeaders(request.headers),
    method,
    origin: target,
    querystring: query,
    uri,
    ...(includeBody && {
      body: {
        action: 'read-only',
        data: body.subarray(0, MAX_EVENT_BODY_BYTES).toString('base64'),
        encoding: 'base64',
        inputTruncated: body.length > MAX_EVENT_BODY_BYTES,
      },
    }),
  };
}

function eventResponse({ status, statusText, headers }: EdgeResponse): EventResponse {
  return {
    status: String(status),
    statusDescription: statusText ?? STATUS_CODES[status] ?? '',
    headers: eventHeaders(headers),
  };
}

/** Disallowed headers aren't shown to functions. */
function eventHeaders(headers: HeaderMap): EventHeaders {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !isDisallowed(name))
      .map(([name, values]) => [name, values.map((value) => ({ key: titleCase(name), value }))]),
  );
}
