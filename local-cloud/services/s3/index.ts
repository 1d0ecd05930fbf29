/**
 * Amazon S3: path-style addresses, objects as files, conditional writes, uploads in parts, presigned URLs.
 *
 * Gaps: versions (a bucket's versioning is kept and read back, but every write replaces); lifecycle rules, encryption,
 * ownership and public access settings (kept and read back, without effect); notifications, CORS, websites, ACLs, object
 * lock, replication and every other sub-resource (501 naming the operation or the sub-resource); CRC32C and CRC64NVME
 * checksums (kept, not verified); checksums of whole objects that were uploaded in parts; ListMultipartUploads gives one
 * page; a request for a bucket of another region is answered, not redirected; bodies pass through memory.
 * By design: two conditional writes at once are decided one after the other, so the loser gets 412 and never 409.
 * Client quirks: SDKs read HEAD errors from the status alone; GetBucketLocation answers with an element that holds text.
 */
import * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../protocol/aws-error.ts';
import { readInput } from '../../protocol/read-input.ts';
import { missingMember } from '../../protocol/required-members.ts';
import { type SdkModel, type SdkOperation, sdkModel } from '../../protocol/sdk-model.ts';
import { notEmulated } from '../../protocol/sdk-service.ts';
import { asAwsError, s3ErrorXml } from '../../protocol/write-error.ts';
import { writeOutput } from '../../protocol/write-output.ts';
import { element } from '../../protocol/xml.ts';
import type { Caller, Environment, Operations, Service, WireRequest, WireResponse } from '../../service.ts';
import { bucketOperations, bucketPolicy, policyOperations } from './buckets.ts';
import { listingOperations } from './listing.ts';
import { multipartOperations, uploadListingOperations } from './multipart.ts';
import { objectOperations, taggingOperations } from './objects.ts';
import { plainPayload, withoutMember } from './payload.ts';
import { readingOperations } from './reading.ts';
import { findS3Route, hoistedHeaders, matchS3Route, s3Routes } from './routes.ts';
import { settingOperations } from './settings.ts';
import { openObjectStore } from './store.ts';

export function createS3Service(environment: Environment): Service {
  const store = openObjectStore(environment.records, environment.folder);
  const operations: Operations = {
    ...bucketOperations(store, environment),
    ...policyOperations(store),
    ...settingOperations(store),
    ...listingOperations(store, environment.accountId),
    ...objectOperations(store, environment),
    ...taggingOperations(store),
    ...readingOperations(store),
    ...multipartOperations(store, environment),
    ...uploadListingOperations(store),
  };
  return {
    scope: 's3',
    operations,
    ...s3Wire(operations),
    resourcePolicy: (arn) => bucketPolicy(store, arn),
    start: () => store.sweep(),
  };
}

function s3Wire(operations: Operations): Pick<Service, 'handle' | 'operationOf'> {
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const model = sdkModel(sdk, new sdk.S3Client({ region: 'us-east-1', credentials }));
  const routes = s3Routes(model);

  const answer = async (request: WireRequest, caller: Caller): Promise<WireResponse> => {
    const { route, labels } = matchS3Route(routes, request);
    const { operation } = route;
    const run = operations[operation.name];
    if (!run) throw notEmulated('s3', operation.name);
    const input = await readS3Input(model, operation, request, labels);
    const missing = missingMember(operation.input, input);
    if (missing) throw new AwsError('InvalidRequest', `Missing required member ${missing}`, 400);
    const output = ((await run(input, caller)) ?? {}) as Record<string, unknown>;
    return write(model, operation.name, output, route.status);
  };

  const handle: Service['handle'] = async (request, caller) => {
    try {
      return await answer(request, caller);
    } catch (error) {
      const failure = asAwsError(error, `${request.method} ${request.url}`);
      const { ETag, ...members } = failure.members;
      const wire = s3ErrorXml(new AwsError(failure.code, failure.message, failure.status, members));
      const bodiless = request.method === 'HEAD' || failure.status === 304;
      const headers = ETag === undefined ? wire.headers : { ...wire.headers, etag: String(ETag) };
      return bodiless ? { ...wire, headers, body: '' } : { ...wire, headers };
    }
  };
  return { handle, operationOf: (request) => findS3Route(routes, request)?.operation.name };
}

async function readS3Input(
  model: SdkModel,
  operation: SdkOperation,
  request: WireRequest,
  labels: Record<string, string>,
): Promise<Record<string, unknown>> {
  const headers = { ...request.headers, ...hoistedHeaders(request.url) };
  const payload = plainPayload(operation.input);
  if (!payload) return readInput(model, operation, { ...request, headers }, labels);
  const { member, text } = payload;
  const bodiless = { url: request.url, headers, body: new Uint8Array() };
  const input = await readInput(model, withoutMember(operation, member), bodiless, labels);
  input[member] = text ? Buffer.from(request.body).toString() : request.body;
  return input;
}

async function write(
  model: SdkModel,
  name: string,
  output: Record<string, unknown>,
  success: number,
): Promise<WireResponse> {
  const operation = model.operations.get(name);
  if (!operation) throw notEmulated('s3', name);
  const status = output.ContentRange ? 206 : success;
  const wire = await writeOutput(model, operation, output, status);
  const requestId = wire.headers['x-amzn-requestid'] ?? '';
  const headers = { ...wire.headers, 'x-amz-request-id': requestId };
  if (name !== 'GetBucketLocation') return { ...wire, headers };
  const namespace = ` xmlns="${model.xmlNamespace}"`;
  const body = element('LocationConstraint', String(output.LocationConstraint ?? ''), namespace);
  return { ...wire, headers: { ...headers, 'content-type': 'application/xml' }, body };
}
