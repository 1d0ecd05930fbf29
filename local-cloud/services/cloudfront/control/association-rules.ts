/**
 * Which functions a behaviour may have. Pure.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
import type { CacheBehavior } from '@aws-sdk/client-cloudfront';
import { AwsError } from '../../../protocol/aws-error.ts';

const EDGE_ARN = /^arn:aws:lambda:us-east-1:\d{12}:function:[\w-]+:\d+$/;
const EDGE_EVENTS = ['viewer-request', 'viewer-response', 'origin-request', 'origin-response'];
const MAX_EDGE_TIMEOUT_SECONDS = 30;
const MAX_EDGE_CODE_BYTES = 50 * 1024 * 1024;
const MAX_EDGE_TMP_MEGABYTES = 512;

const refuseEdge = (message: string) => new AwsError('InvalidLambdaFunctionAssociation', message);
const notEmulated = (what: string) =>
  new AwsError('NotImplemented', `${what} is not emulated by the local cloud.`, 501);
const refuseViewer = (message: string) => new AwsError('InvalidFunctionAssociation', message);

export function checkFunctions(
  behaviour: CacheBehavior,
  known: { viewerFunction(arn: string): 'missing' | 'development' | 'live' },
): void {
  const edge = behaviour.LambdaFunctionAssociations?.Items ?? [];
  const viewer = behaviour.FunctionAssociations?.Items ?? [];
  if (viewer.length && edge.some(({ EventType }) => EventType?.startsWith('viewer-'))) {
    throw refuseViewer(
      `The behavior ${behaviour.PathPattern} combines a CloudFront Function and Lambda@Edge on viewer events.`,
    );
  }
  if (new Set(edge.map(({ EventType }) => EventType)).size < edge.length) {
    throw refuseEdge(`The behavior ${behaviour.PathPattern} has two Lambda functions for one event type.`);
  }
  for (const { LambdaFunctionARN: arn = '', EventType, IncludeBody } of edge) {
    if (!EDGE_ARN.test(arn)) {
      throw refuseEdge(`The function ARN must reference a specific function version in us-east-1, not ${arn}.`);
    }
    if (!EDGE_EVENTS.includes(EventType ?? '')) throw refuseEdge(`The event type ${EventType} is not valid.`);
    if (EventType?.startsWith('viewer-')) throw notEmulated('Lambda@Edge on viewer events');
    if (IncludeBody && !EventType?.endsWith('request')) {
      throw refuseEdge(
        `IncludeBody is for request events; the behavior ${behaviour.PathPattern} has it on ${EventType}.`,
      );
    }
  }
  if (new Set(viewer.map(({ EventType }) => EventType)).size < viewer.length) {
    throw refuseViewer(`The behavior ${behaviour.PathPattern} has two functions for one event type.`);
  }
  for (const { FunctionARN: arn = '', EventType } of viewer) {
    if (!EventType?.startsWith('viewer-')) throw refuseViewer(`A CloudFront Function cannot run on ${EventType}.`);
    const state = known.viewerFunction(arn);
    if (state === 'missing') throw new AwsError('NoSuchFunctionExists', `The function ${arn} does not exist.`, 404);
    if (state === 'development') throw refuseViewer(`The function ${arn} has not been published to the LIVE stage.`);
    if (EventType === 'viewer-response') throw notEmulated('A CloudFront Function on viewer-response');
  }
}

/** What Lambda's GetFunction tells of a version, as far as the edge cares. */
export interface EdgeCandidate {
  FunctionArn?: string;
  Timeout?: number;
  CodeSize?: number;
  Runtime?: string;
  PackageType?: string;
  Architectures?: string[];
  Environment?: { Variables?: Record<string, string> };
  VpcConfig?: { VpcId?: string; SubnetIds?: string[] };
  Layers?: unknown[];
  DeadLetterConfig?: { TargetArn?: string };
  EphemeralStorage?: { Size?: number };
}

/** Each row: what Lambda@Edge does not have, and whether this version has it. */
const NOT_AT_THE_EDGE: [string, (candidate: EdgeCandidate) => boolean][] = [
  ['environment variables', ({ Environment }) => Object.keys(Environment?.Variables ?? {}).length > 0],
  ['a VPC', ({ VpcConfig }) => Boolean(VpcConfig?.VpcId || VpcConfig?.SubnetIds?.length)],
  ['layers', ({ Layers }) => Boolean(Layers?.length)],
  ['a dead-letter queue', ({ DeadLetterConfig }) => Boolean(DeadLetterConfig?.TargetArn)],
  ['a container image', ({ PackageType }) => PackageType === 'Image'],
  ['the arm64 architecture', ({ Architectures }) => Boolean(Architectures?.includes('arm64'))],
  [`a timeout over ${MAX_EDGE_TIMEOUT_SECONDS} seconds`, ({ Timeout }) => (Timeout ?? 0) > MAX_EDGE_TIMEOUT_SECONDS],
  ['a package over 50 MB', ({ CodeSize }) => (CodeSize ?? 0) > MAX_EDGE_CODE_BYTES],
  ['more than 512 MB of /tmp', ({ EphemeralStorage }) => (EphemeralStorage?.Size ?? 0) > MAX_EDGE_TMP_MEGABYTES],
  ['a runtime other than Node.js or Python', ({ Runtime }) => Boolean(Runtime && !/^(nodejs|python)/.test(Runtime))],
];

export function checkEdgeCandidate(candidate: EdgeCandidate): void {
  const refused = NOT_AT_THE_EDGE.find(([, has]) => has(candidate));
  if (refused) {
    throw refuseEdge(`Lambda@Edge cannot run ${candidate.FunctionArn}: it has ${refused[0]}.`);
  }
}
