/** An error → the response that AWS gives for it in each protocol, so that SDK clients throw their typed exceptions. */
import { randomUUID } from 'node:crypto';
import type { WireResponse } from '../service.ts';
import { AwsError } from './aws-error.ts';
import type { ProtocolKind, SdkModel } from './sdk-model.ts';
import { element, escapeXml } from './xml.ts';

/** Anything thrown as an AwsError; what is none is a fault of the local cloud itself and says so. */
export function asAwsError(error: unknown, operation: string): AwsError {
  if (error instanceof AwsError) return error;
  const detail =
    error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error);
  return new AwsError('InternalFailure', `The local cloud failed in ${operation}: ${detail}`, 500);
}

export function writeError(model: SdkModel, error: AwsError): WireResponse {
  const modelled = model.errors.get(error.code);
  const queryError = modelled?.traits.awsQueryError;
  const status = modelled?.traits.httpError ?? queryError?.[1] ?? error.status;
  if (model.kind === 'awsQuery' || model.kind === 'restXml') {
    const wireCode = model.kind === 'awsQuery' ? (queryError?.[0] ?? error.code) : error.code;
    return errorXml(wireCode, error.message, status, error.members);
  }
  const response = errorJson(model.kind, modelled?.name ?? error.code, error.message, status, error.members);
  if (queryError) response.headers['x-amzn-query-error'] = `${queryError[0]};${status < 500 ? 'Sender' : 'Receiver'}`;
  return response;
}

export function errorJson(
  kind: ProtocolKind,
  code: string,
  message: string,
  status: number,
  members: Record<string, unknown> = {},
): WireResponse {
  const contentType = kind === 'restJson1' ? 'application/json' : 'application/x-amz-json-1.1';
  return {
    status,
    headers: { 'content-type': contentType, 'x-amzn-errortype': code, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify({ __type: code, message, Message: message, ...members }),
  };
}

/** `<ErrorResponse><Error>…`: the query protocol and CloudFront. */
export function errorXml(
  code: string,
  message: string,
  status: number,
  members: Record<string, unknown> = {},
): WireResponse {
  const requestId = randomUUID();
  const type = element('Type', status < 500 ? 'Sender' : 'Receiver');
  const body = element('Error', type + errorElements(code, message, members)) + element('RequestId', requestId);
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${element('ErrorResponse', body)}`,
  };
}

/** `<Error>…` alone: Amazon S3. `members` become elements too, e.g. `{ Key, BucketName }`. */
export function s3ErrorXml(error: AwsError, headers: Record<string, string> = {}): WireResponse {
  const requestId = randomUUID();
  const content = errorElements(error.code, error.message, error.members) + element('RequestId', requestId);
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId, ...headers },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', content)}`,
  };
}

function errorElements(code: string, message: string, members: Record<string, unknown>): string {
  const more = Object.entries(members).map(([name, value]) => element(name, escapeXml(String(value))));
  return element('Code', escapeXml(code)) + element('Message', escapeXml(message)) + more.join('');
}
