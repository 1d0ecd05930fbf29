/** An AWS call from its bytes to its answer: signature → caller → service by credential scope. */

import { randomUUID } from 'node:crypto';
import type { SignedCall } from '../faults/calls.ts';
import { ConnectionCut } from '../faults/errors.ts';
import type { FaultyFront } from '../faults/index.ts';
import { decodeAwsChunked, isAwsChunked } from '../protocol/aws-chunked.ts';
import { AwsError } from '../protocol/aws-error.ts';
import { readSignature, refuse } from '../protocol/sigv4.ts';
import { asAwsError, errorJson, errorXml, s3ErrorXml } from '../protocol/write-error.ts';
import type { Caller, Service, WireRequest, WireResponse } from '../service.ts';
import type { CredentialsRegistry } from './credentials.ts';

/** Throws ConnectionCut alone: any other failure is an answer. */
export async function answerCall(
  request: WireRequest,
  services: Record<string, Service>,
  credentials: CredentialsRegistry,
  now: number,
  faults: FaultyFront,
): Promise<WireResponse> {
  const signed = readSignature(request);
  const scope = signed?.service ?? '';
  try {
    if (!signed)
      throw new AwsError(
        'MissingAuthenticationToken',
        `${operationOf(request)} is not signed with AWS credentials`,
        403,
      );
    const known = credentials.find(signed.accessKeyId);
    const refusal = refuse(request, signed, known?.key, now);
    if (refusal || !known) throw new AwsError(refusal?.code ?? 'AccessDenied', refusal?.message ?? '', 403);
    const service = services[scope];
    if (!service) {
      const message = `The service ${scope} is not emulated by the local cloud (${operationOf(request)})`;
      throw new AwsError('NotImplemented', message, 501);
    }
    const caller = { ...known.caller, region: signed.region };
    const call = describe(request, service, caller);
    const decoded = isAwsChunked(request.headers) ? decodeAwsChunked(request) : request;
    return await faults.around(call, () => service.handle(decoded, caller));
  } catch (error) {
    if (error instanceof ConnectionCut) throw error;
    return refusalResponse(request, scope, asAwsError(error, operationOf(request)));
  }
}

/** The headers are those of every AWS SDK: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
function describe(request: WireRequest, service: Service, caller: Caller): SignedCall {
  const { headers } = request;
  return {
    service: service.scope,
    operation: service.operationOf?.(request) ?? operationOf(request),
    caller: caller.roleArn?.split('/').pop() ?? 'root',
    attempt: Number(/attempt=(\d+)/.exec(headers['amz-sdk-request'] ?? '')?.[1] ?? 1),
    invocation: headers['amz-sdk-invocation-id'] ?? randomUUID(),
  };
}

/** What a request asks for, without knowing its service. */
function operationOf(request: WireRequest): string {
  const target = request.headers['x-amz-target'];
  if (target) return target;
  const form = isForm(request) ? new URLSearchParams(Buffer.from(request.body).toString()) : undefined;
  return form?.get('Action') ?? `${request.method} ${request.url.split('?')[0]}`;
}

function isForm(request: WireRequest): boolean {
  return (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}

const XML_SCOPES = new Set(['iam', 'sts', 'cloudfront', 'route53', 'cloudformation', 'ec2', 'sns']);

function refusalResponse(request: WireRequest, scope: string, error: AwsError): WireResponse {
  if (scope === 's3') return s3ErrorXml(error);
  if (XML_SCOPES.has(scope) || isForm(request)) return errorXml(error.code, error.message, error.status);
  return errorJson('restJson1', error.code, error.message, error.status);
}
