/** What all sites share at the edge, made of resources/edge.yml in a CloudFront that has no template. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CachePolicyConfig,
  type CloudFrontClient,
  CreateCachePolicyCommand,
  CreateFunctionCommand,
  CreateOriginAccessControlCommand,
  CreateOriginRequestPolicyCommand,
  type OriginAccessControlConfig,
  type OriginRequestPolicyConfig,
  PublishFunctionCommand,
} from '@aws-sdk/client-cloudfront';
import { parse } from 'yaml';
import type { SharedParts } from '../../functions/update-distribution/distribution-config.ts';

const root = join(import.meta.dirname, '..', '..');

type Resources = Record<string, { Properties: Record<string, Record<string, unknown>> }>;

/** CloudFormation writes lists where the API wants `{ Quantity, Items }`. */
function inSdkShape(value: unknown): unknown {
  if (Array.isArray(value)) return { Quantity: value.length, Items: value };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inSdkShape(part)]));
}

/** The viewer functions are those that scripts/package.ts made. */
export async function createSharedParts(cloudFront: CloudFrontClient): Promise<SharedParts> {
  const { Resources } = parse(readFileSync(join(root, 'resources/edge.yml'), 'utf8')) as { Resources: Resources };
  const configOf = <Config>(resource: string, property: string): Config => {
    const config = inSdkShape(Resources[resource]?.Properties[property]) as object;
    return { ...config, Name: resource } as Config;
  };
  const cachePolicy = async (resource: string) => {
    const CachePolicyConfig = configOf<CachePolicyConfig>(resource, 'CachePolicyConfig');
    return String((await cloudFront.send(new CreateCachePolicyCommand({ CachePolicyConfig }))).CachePolicy?.Id);
  };
  const viewerFunction = async (Name: string) => {
    const { ETag } = await cloudFront.send(
      new CreateFunctionCommand({
        Name,
        FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
        FunctionCode: readFileSync(join(root, `build/viewer/${Name}.txt`)),
      }),
    );
    const { FunctionSummary } = await cloudFront.send(new PublishFunctionCommand({ Name, IfMatch: ETag }));
    return String(FunctionSummary?.FunctionMetadata?.FunctionARN);
  };
  const { OriginRequestPolicy } = await cloudFront.send(
    new CreateOriginRequestPolicyCommand({
      OriginRequestPolicyConfig: configOf<OriginRequestPolicyConfig>(
        'OriginRequestPolicy',
        'OriginRequestPolicyConfig',
      ),
    }),
  );
  const { OriginAccessControl } = await cloudFront.send(
    new CreateOriginAccessControlCommand({
      OriginAccessControlConfig: configOf<OriginAccessControlConfig>(
        'OriginAccessControl',
        'OriginAccessControlConfig',
      ),
    }),
  );
  return {
    staticCachePolicyId: await cachePolicy('StaticCachePolicy'),
    dynamicCachePolicyId: await cachePolicy('DynamicCachePolicy'),
    countryCachePolicyId: await cachePolicy('CountryCachePolicy'),
    originRequestPolicyId: String(OriginRequestPolicy?.Id),
    responseHeadersPolicyId: '',
    previewHeadersPolicyId: '',
    originAccessControlId: String(OriginAccessControl?.Id),
    viewerFunctionArn: await viewerFunction('ssr'),
    staticViewerFunctionArn: await viewerFunction('static'),
  };
}
