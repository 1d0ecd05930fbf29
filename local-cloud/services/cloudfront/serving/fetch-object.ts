/** A cache miss: function at origin-request, origin, function at origin-response. */
import type { DistributionConfig, EventType } from '@aws-sdk/client-cloudfront';
import type { Call, Caller } from '../../../service.ts';
import type { Behaviour } from './behaviour.ts';
import { askCustomOrigin, OriginUnavailable } from './custom-origin.ts';
import { errorPage } from './error-page.ts';
import { type EdgeConfig, originRequestEvent, originResponseEvent } from './lambda-edge-event.ts';
import { InvalidResult, originRequestResult, originResponseResult } from './lambda-edge-result.ts';
import { type EdgeRequest, type EdgeResponse, EMPTY_BODY } from './message.ts';
import type { CachedObject } from './object-cache.ts';
import { domainOf, type OriginRequest, originRequest, targetOf } from './origin-request.ts';
import type { Rules } from './rules.ts';
import { askS3 } from './s3-origin.ts';

export interface Fetched {
  response: EdgeResponse;
  /** `function`: the function at origin-request answered. `error`: a function failed, and nothing is kept of it. */
  from: 'origin' | 'function' | 'error';
  /** For x-cache when a function failed, e.g. `LambdaExecutionError`. */
  failure?: string;
}

export interface FetchContext {
  call: Call;
  config: DistributionConfig;
  behaviour: Behaviour;
  rules: Rules;
  edge: EdgeConfig;
  /** The name in Via, made of the distribution. */
  edgeName: string;
  /** CloudFront on behalf of the distribution, as S3 sees it. */
  distributionCaller: Caller;
  edgeCaller: Caller;
  /** Whether the access control signs requests to S3. */
  signs(accessControlId: string): boolean;
}

class FunctionError extends Error {
  readonly fetched: Fetched;
  constructor(status: number, failure: string, reason: string) {
    super(reason);
    this.fetched = { response: errorPage(status, reason), from: 'error', failure };
  }
}

/** `stale`: an expired copy to ask the origin about; a 304 then means that it is still good. */
export async function fetchObject(context: FetchContext, viewer: EdgeRequest, stale?: CachedObject): Promise<Fetched> {
  const origin = context.config.Origins!.Items!.find(({ Id }) => Id === context.behaviour.TargetOriginId)!;
  const sent = originRequest(viewer, context.rules, targetOf(origin), context.edgeName, stale);
  try {
    const result = await runOriginRequest(context, sent);
    if (result.kind === 'response') return { response: withoutBodyOf(result.response, sent), from: 'function' };
    const asked = retargeted(result.request, sent);
    const response = await askOrigin(context, asked, origin.OriginAccessControlId);
    return { response: withoutBodyOf(await runOriginResponse(context, asked, response), sent), from: 'origin' };
  } catch (error) {
    if (error instanceof FunctionError) return error.fetched;
    if (error instanceof OriginUnavailable) return { response: error.response, from: 'origin' };
    throw error;
  }
}

async function runOriginRequest(context: FetchContext, sent: OriginRequest) {
  const association = associationOf(context.behaviour, 'origin-request');
  if (!association) return { kind: 'request' as const, request: sent };
  const event = originRequestEvent(context.edge, sent, association.IncludeBody ?? false);
  const result = await invoke(context, association.LambdaFunctionARN!, event);
  return validated(() => originRequestResult(result, sent));
}

async function runOriginResponse(context: FetchContext, asked: OriginRequest, response: EdgeResponse) {
  const association = associationOf(context.behaviour, 'origin-response');
  if (!association) return response;
  const event = originResponseEvent(context.edge, asked, response);
  const result = await invoke(context, association.LambdaFunctionARN!, event);
  return validated(() => originResponseResult(result, response));
}

const associationOf = (behaviour: Behaviour, type: EventType) =>
  behaviour.LambdaFunctionAssociations?.Items?.find(({ EventType }) => EventType === type);

function validated<Result>(validate: () => Result): Result {
  try {
    return validate();
  } catch (error) {
    if (error instanceof InvalidResult) throw new FunctionError(502, 'LambdaValidationError', error.message);
    throw error;
  }
}

async function invoke({ call, edgeCaller }: FetchContext, arn: string, event: object): Promise<unknown> {
  const input = { FunctionName: arn, InvocationType: 'RequestResponse', Payload: Buffer.from(JSON.stringify(event)) };
  const failed = (reason: string) =>
    new FunctionError(
      503,
      'LambdaExecutionError',
      `The Lambda function associated with the CloudFront distribution failed: ${reason}`,
    );
  const { FunctionError: kind, Payload } = await call<{ FunctionError?: string; Payload?: Uint8Array }>(
    'lambda',
    'Invoke',
    input,
    edgeCaller,
  ).catch((error: Error) => {
    if (error.name === 'TooManyRequestsException') {
      throw new FunctionError(503, 'LambdaLimitExceeded', `The Lambda function was throttled: ${error.message}`);
    }
    throw failed(error.message);
  });
  const text = Buffer.from(Payload ?? EMPTY_BODY).toString('utf8');
  if (kind) throw failed(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new FunctionError(502, 'LambdaValidationError', 'The Lambda function returned invalid JSON.');
  }
}

/** A function that moves the request to another custom origin leaves Host to CloudFront, unless it set it itself. */
function retargeted(request: OriginRequest, sent: OriginRequest): OriginRequest {
  const untouched = String(request.headers.host) === String(sent.headers.host);
  const moved = domainOf(request.target) !== domainOf(sent.target) && 'custom' in request.target;
  if (!moved || !untouched) return request;
  return { ...request, headers: { ...request.headers, host: [domainOf(request.target)] } };
}

async function askOrigin(context: FetchContext, request: OriginRequest, accessControlId = ''): Promise<EdgeResponse> {
  const { target } = request;
  if ('custom' in target) return askCustomOrigin(request, target.custom);
  const signed = accessControlId !== '' && context.signs(accessControlId);
  return askS3(request, target.s3, signed, context.call, context.distributionCaller);
}

const withoutBodyOf = (response: EdgeResponse, { method }: OriginRequest): EdgeResponse =>
  method === 'HEAD' ? { ...response, body: EMPTY_BODY } : response;
