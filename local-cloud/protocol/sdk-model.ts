/**
 * An AWS service's wire model, taken from its official SDK client: each client exports its operations and errors as
 * schemas and carries the protocol object that reads and writes them. Those are generated internals: the SDK's
 * versions are pinned, and test/cloud/protocol.test.ts notices a change.
 */
import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';

export type ProtocolKind = 'restXml' | 'restJson1' | 'awsJson1_0' | 'awsJson1_1' | 'awsQuery';
/** A schema as the SDK exports it: `[kind, namespace, name, traits, …]`, or a function that returns one. */
export type SdkSchema = Parameters<typeof NormalizedSchema.of>[0];
/** `import * as sdk from '@aws-sdk/client-…'`. */
export type SdkClientModule = Record<string, unknown>;
/** A client made from that module. It is only asked for its protocol and never sends anything. */
export interface SdkClient {
  config: object;
}

export interface SdkOperation {
  namespace: string;
  name: string;
  traits: OperationTraits | number;
  input: SdkSchema;
  output: SdkSchema;
}

interface OperationTraits {
  /** Method, URI template, status of success. */
  http?: [string, string, number];
}

export interface SdkErrorTraits {
  httpError?: number;
  /** Wire code and status where the query protocol differs from the modelled name. */
  awsQueryError?: [string, number];
}

interface WireMessage {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** The part of the SDK's protocol object that the local cloud uses, in the server's direction. */
interface SdkProtocol {
  getShapeId(): string;
  setSerdeContext(context: object): void;
  serializeRequest(
    operation: object,
    value: object,
    context: object,
  ): Promise<{ headers: Record<string, string>; body?: Uint8Array | string }>;
  deserializeResponse(operation: object, context: object, message: WireMessage): Promise<Record<string, unknown>>;
}

export interface SdkModel {
  kind: ProtocolKind;
  protocol: SdkProtocol;
  /** What the protocol object wants to be called with. */
  context: object;
  operations: Map<string, SdkOperation>;
  /** By modelled name, and by query code where there is one. */
  errors: Map<string, { name: string; traits: SdkErrorTraits }>;
  /** XML namespace and version, for the query protocol. */
  xmlNamespace: string;
  /** Reads the text of a path label, a query parameter or a form field. */
  text: FromStringShapeDeserializer;
}

const OPERATION = 9;
const ERROR = -3;

export function sdkModel(module: SdkClientModule, client: SdkClient): SdkModel {
  const config = client.config as { protocol: SdkProtocol & { options?: { xmlNamespace?: string } } };
  const { protocol } = config;
  const context = {
    ...config,
    endpoint: async () => ({ protocol: 'http:', hostname: 'local', path: '/' }),
    streamCollector: async (body: Uint8Array) => body,
    serializerContext: {},
  };
  protocol.setSerdeContext(context);
  const kind = protocol.getShapeId().split('#')[1] as ProtocolKind;
  const timestampFormat = { useTrait: true, default: kind === 'awsQuery' ? 5 : 7 } as const;
  const model: SdkModel = {
    kind,
    protocol,
    context,
    operations: new Map(),
    errors: new Map(),
    xmlNamespace: protocol.options?.xmlNamespace ?? '',
    text: new FromStringShapeDeserializer({ httpBindings: true, timestampFormat }),
  };
  for (const exported of Object.values(module)) {
    if (Array.isArray(exported)) register(model, exported);
  }
  return model;
}

function register(model: SdkModel, schema: unknown[]): void {
  const [kind, namespace, name, traits, input, output] = schema as [
    number,
    string,
    string,
    object,
    SdkSchema,
    SdkSchema,
  ];
  if (kind === OPERATION) {
    model.operations.set(name, { namespace, name, traits, input, output });
  } else if (kind === ERROR) {
    const error = { name, traits: traits as SdkErrorTraits };
    model.errors.set(name, error);
    if (error.traits.awsQueryError) model.errors.set(error.traits.awsQueryError[0], error);
  }
}

/** The members of a structure schema, with the traits that bind them to the wire. */
export function members(schema: SdkSchema): [string, NormalizedSchema][] {
  const normalized = NormalizedSchema.of(schema);
  return normalized.isStructSchema() ? [...normalized.structIterator()] : [];
}
