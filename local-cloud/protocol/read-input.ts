/** A request → the operation it names and its input in the SDK's shape, required members checked. */
import type { WireRequest } from '../service.ts';
import { AwsError } from './aws-error.ts';
import { readForm } from './query-form.ts';
import { missingMember } from './required-members.ts';
import { matchRoute, type RestRoute } from './rest-routes.ts';
import { members, type SdkModel, type SdkOperation } from './sdk-model.ts';

export interface Parsed {
  operation: SdkOperation;
  input: Record<string, unknown>;
  /** HTTP status of success. */
  status: number;
}

export async function readRequest(model: SdkModel, routes: RestRoute[], request: WireRequest): Promise<Parsed> {
  const parsed = await byProtocol(model, routes, request);
  const missing = missingMember(parsed.operation.input, parsed.input);
  if (missing) throw new AwsError(validationCode(model), `Missing required member ${missing}`);
  return parsed;
}

/** The operation that a request names, without reading its input. */
export function operationName(model: SdkModel, routes: RestRoute[], request: WireRequest): string | undefined {
  if (model.kind === 'awsQuery') return actionOf(request).get('Action') ?? undefined;
  if (model.kind === 'restJson1' || model.kind === 'restXml') {
    return matchRoute(routes, request.method, new URL(request.url, 'http://local'))?.route.operation.name;
  }
  return request.headers['x-amz-target']?.split('.').pop();
}

async function byProtocol(model: SdkModel, routes: RestRoute[], request: WireRequest): Promise<Parsed> {
  if (model.kind === 'awsQuery') return readQuery(model, request);
  if (model.kind === 'restJson1' || model.kind === 'restXml') return readRest(model, routes, request);
  const target = request.headers['x-amz-target'] ?? '';
  const operation = model.operations.get(target.split('.').pop() ?? '');
  if (!operation) throw new AwsError('UnknownOperationException', `No operation has the target "${target}"`);
  return { operation, status: 200, input: await readInput(model, operation, request) };
}

const actionOf = (request: WireRequest) =>
  new URLSearchParams(request.body.length ? Buffer.from(request.body).toString() : (request.url.split('?')[1] ?? ''));

function readQuery(model: SdkModel, request: WireRequest): Parsed {
  const form = actionOf(request);
  const action = form.get('Action') ?? '';
  const operation = model.operations.get(action);
  if (!operation) throw new AwsError('InvalidAction', `Could not find operation ${action}`);
  return { operation, status: 200, input: readForm(model, operation.input, form) };
}

async function readRest(model: SdkModel, routes: RestRoute[], request: WireRequest): Promise<Parsed> {
  const url = new URL(request.url, 'http://local');
  const match = matchRoute(routes, request.method, url);
  if (!match) throw new AwsError('UnknownOperationException', `${request.method} ${url.pathname} is no operation`, 404);
  const { operation, status } = match.route;
  return { operation, status, input: await readInput(model, operation, request, match.labels) };
}

/**
 * The input of `operation` from a request: headers and body by the SDK's own protocol code (which reads responses: it
 * is told that the input's shape is the output's), path labels and query by their traits. `labels` are percent-decoded.
 * A streaming member (S3's Body) arrives as the request's bytes.
 */
export async function readInput(
  model: SdkModel,
  operation: SdkOperation,
  request: Pick<WireRequest, 'url' | 'headers' | 'body'>,
  labels: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const input = await readBody(model, operation, request);
  const query = new URL(request.url, 'http://local').searchParams;
  for (const [name, member] of members(operation.input)) {
    const traits = member.getMergedTraits();
    const label = labels[name];
    const parameter = traits.httpQuery;
    if (traits.httpLabel) {
      if (label !== undefined) input[name] = model.text.read(member, label);
      else delete input[name];
    } else if (typeof parameter === 'string' && query.has(parameter)) {
      input[name] = member.isListSchema()
        ? query.getAll(parameter).map((text) => model.text.read(member.getValueSchema(), text))
        : model.text.read(member, query.get(parameter) ?? '');
    }
    if (traits.streaming) input[name] = request.body;
  }
  return input;
}

async function readBody(
  model: SdkModel,
  operation: SdkOperation,
  request: Pick<WireRequest, 'headers' | 'body'>,
): Promise<Record<string, unknown>> {
  const streaming = members(operation.input).some(([, member]) => member.getMergedTraits().streaming);
  const message = {
    statusCode: 200,
    headers: { ...request.headers },
    body: streaming ? new Uint8Array() : request.body,
  };
  try {
    const shape = { ...operation, output: operation.input };
    const { $metadata: _, ...input } = await model.protocol.deserializeResponse(shape, model.context, message);
    return input;
  } catch (error) {
    const code = model.kind === 'restXml' ? 'MalformedXML' : 'SerializationException';
    throw new AwsError(code, `The body of ${operation.name} cannot be read: ${(error as Error).message}`);
  }
}

function validationCode(model: SdkModel): string {
  if (model.kind === 'restXml') return 'InvalidArgument';
  return model.kind === 'awsQuery' ? 'ValidationError' : 'ValidationException';
}
