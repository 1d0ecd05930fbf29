/**
 * What an emulated service is to the rest of the local cloud. A service lives in services/<service>/ and never imports
 * another one: it reaches the others as AWS's own services do, through `environment.call` with a caller's identity.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Records } from './runtime/records.ts';

/** Who signed a call. `arn` is the assumed role's or user's ARN; services that call on their own behalf have a `service`. */
export interface Caller {
  accountId: string;
  arn: string;
  /** The role behind `arn`, when it is a role's session. */
  roleArn?: string;
  /** Region of the credential scope, or of the endpoint. */
  region: string;
  /** e.g. `cloudfront.amazonaws.com`, when an AWS service calls. */
  service?: string;
  /** The distribution, rule or API that an AWS service calls for: `aws:SourceArn`. */
  sourceArn?: string;
  /** The AWS service that took on `roleArn` within the local cloud: the role has to trust it. */
  assumedBy?: string;
}

export interface WireRequest {
  method: string;
  /** Path and query, undecoded, as on the request line. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Uint8Array;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

/** Inputs and outputs are the SDK's shapes of that operation. Throws AwsError. */
// biome-ignore lint/suspicious/noExplicitAny: each operation has its own shapes; rooms type theirs with the SDK's.
export type Operation = (input: any, caller: Caller) => Promise<unknown>;
export type Operations = Record<string, Operation>;

/** Calls an operation of a service inside the local cloud, as `caller`: the same code path as over HTTP, without the HTTP. */
export type Call = <Output = unknown>(
  scope: string,
  operation: string,
  input: object,
  caller: Caller,
) => Promise<Output>;

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Everything a service gets from the local cloud around it. No globals: two local clouds run in one process. */
export interface Environment {
  accountId: string;
  /** Region of the control plane; edge functions live in us-east-1 whatever it is. */
  region: string;
  /** Milliseconds since the epoch; tests put a fake one here. */
  now: () => number;
  /** Durable records of this service (its own namespace): they survive a restart and SIGKILL. */
  records: Records;
  /** A folder of this service for files: objects, unpacked code, build folders. */
  folder: string;
  /** `http://127.0.0.1:<port>`, known once the local cloud listens. */
  endpoint: () => string;
  call: Call;
  /**
   * Fresh session credentials for a role, as a service gets them by assuming it: as itself, or as `principal`. Throws
   * AccessDenied when the role does not trust it.
   */
  credentialsFor: (roleArn: string, principal?: string) => Promise<Credentials>;
  /** The caller that a service is when it acts through a role. */
  asRole: (roleArn: string, region?: string) => Caller;
  /** The caller that a service is when it acts for itself, e.g. `asService('cloudfront.amazonaws.com')`. */
  asService: (principal: string, region?: string) => Caller;
  /** What the person at the terminal may want to know; one line. */
  log: (line: string) => void;
}

/** What the policies of a role are. */
export interface RolePolicies {
  /** Name → JSON. */
  inline: Record<string, string>;
  /** ARNs of what the local cloud keeps but cannot judge: managed policies and a boundary. */
  notJudged: string[];
}

export interface Service {
  /** The SigV4 credential scope's service name: `states`, `lambda`, `s3`, `cloudfront`… */
  scope: string;
  /** The wire: protocol in, operation, protocol out. Never throws: errors become AWS-shaped responses. */
  handle(request: WireRequest, caller: Caller): Promise<WireResponse>;
  /** The SDK's name of the operation that a request asks for, if it asks for one. */
  operationOf?(request: WireRequest): string | undefined;
  /** What `environment.call` reaches. */
  operations: Operations;
  /** Takes up unfinished work after a restart: pollers, executions, timers. Called once all services exist. */
  start?(): Promise<void>;
  /** Ends timers and child processes; resolves when none is left. */
  stop?(): Promise<void>;
  /** The policy of a bucket, queue or function, or a role's trust, as JSON: what the authorisation asks. */
  resourcePolicy?(resourceArn: string): string | undefined;
  /** IAM alone: a role's policies. */
  rolePolicies?(roleArn: string): RolePolicies | undefined;
  /** HTTP that is no AWS API: sites and HTTP APIs. True when the request was taken. */
  ingress?(request: IncomingMessage, response: ServerResponse): boolean;
}
