/** An operation's output → the response, by the SDK's own protocol code (which writes requests: it is told that the output's shape is the input's). */
import { randomUUID } from 'node:crypto';
import { NormalizedSchema } from '@smithy/core/schema';
import type { WireResponse } from '../service.ts';
import { members, type SdkModel, type SdkOperation } from './sdk-model.ts';
import { element, writeXml } from './xml.ts';

export async function writeOutput(
  model: SdkModel,
  operation: SdkOperation,
  output: object | undefined,
  status = 200,
): Promise<WireResponse> {
  const requestId = randomUUID();
  const headers = { 'x-amzn-requestid': requestId };
  const value = { ...output } as Record<string, unknown>;
  if (model.kind === 'awsQuery') {
    return {
      status,
      headers: { ...headers, 'content-type': 'text/xml' },
      body: queryXml(model, operation, value, requestId),
    };
  }
  if (NormalizedSchema.of(operation.output).isUnitSchema()) {
    const json = model.kind.startsWith('awsJson');
    return {
      status,
      headers: json ? { ...headers, 'content-type': contentType(model) } : headers,
      body: json ? '{}' : '',
    };
  }
  const { wireStatus, body, written } = await byProtocol(model, operation, value);
  return { status: wireStatus ?? status, headers: { ...headers, ...written }, body };
}

async function byProtocol(model: SdkModel, operation: SdkOperation, value: Record<string, unknown>) {
  let wireStatus: number | undefined;
  let streamed: Uint8Array | string | undefined;
  for (const [name, member] of members(operation.output)) {
    const traits = member.getMergedTraits();
    if (traits.httpResponseCode) {
      wireStatus = value[name] as number | undefined;
      delete value[name];
    } else if (traits.streaming) {
      streamed = value[name] as Uint8Array | string | undefined;
      delete value[name];
    }
  }
  const shape = { ...operation, input: operation.output, traits: {} };
  const { headers, body } = await model.protocol.serializeRequest(shape, value, model.context);
  const { 'x-amz-target': _, ...written } = headers;
  return { wireStatus, body: streamed ?? body ?? '', written };
}

function contentType(model: SdkModel): string {
  return model.kind === 'awsJson1_0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1';
}

function queryXml(model: SdkModel, operation: SdkOperation, output: object, requestId: string): string {
  const schema = NormalizedSchema.of(operation.output);
  const result = schema.isUnitSchema() ? '' : element(`${operation.name}Result`, writeXml(schema, output));
  const metadata = element('ResponseMetadata', element('RequestId', requestId));
  return element(`${operation.name}Response`, result + metadata, ` xmlns="${model.xmlNamespace}"`);
}
