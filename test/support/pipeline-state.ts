/** A deployment's state as the late steps see it, and the manifest of its release. */
import { machineOf } from '../../domain/build-settings.ts';
import type { PipelineState } from '../../domain/pipeline.ts';
import { MANIFEST_VERSION, type Manifest } from '../../domain/release.ts';

export const DEPLOYMENT_ID = '01JD0000000000000000000002';
export const EARLIER_ID = '01JD0000000000000000000001';
export const ARTIFACT_BUCKET = 'towpath-dev-artifacts';

export function pipelineState(): PipelineState {
  const prefix = `deployments/${DEPLOYMENT_ID}`;
  return {
    version: 1,
    deployment: {
      id: DEPLOYMENT_ID,
      app: 'shop',
      site: 'shop-main',
      number: 2,
      repository: { host: 'git', name: 'shop', url: 'http://127.0.0.1/shop.git' },
      commit: { sha: 'a'.repeat(40), branch: 'main', message: '' },
      appRoot: '.',
    },
    detection: {
      rendering: 'ssr',
      next: { version: '11.1.4', major: 11 },
      nodeMajor: 16,
      packageManager: 'npm',
      reasons: [],
      warnings: [],
      source: { bucket: ARTIFACT_BUCKET, key: `${prefix}/source.zip` },
      tools: { bucket: ARTIFACT_BUCKET, key: 'tools/abc.zip' },
      buildspec: 'version: 0.2',
      machine: machineOf({}),
      buildEnvironment: [],
      publicVariables: '',
      repositoryRules: { bucket: ARTIFACT_BUCKET, key: `${prefix}/rules.json` },
    },
    site: {
      bucket: 'towpath-dev-shop-main-12345678',
      bucketRegion: 'eu-west-1',
      distributionId: 'E2EXAMPLE',
      distributionDomain: 'd111.cloudfront.net',
      url: 'https://shop.example.com',
      functionRoleArn: 'arn:aws:iam::111122223333:role/towpath/dev/towpath-dev-shop-main-fn',
      buildRoleArn: 'arn:aws:iam::111122223333:role/towpath/dev/towpath-dev-shop-main-build',
    },
    build: {
      id: 'towpath-dev-build:1',
      artifact: { bucket: ARTIFACT_BUCKET, key: `${prefix}/bundle.zip` },
      logGroup: '/aws/codebuild/towpath-dev-build',
      logStream: '1',
      publicVariables: '',
      repositoryRules: { bucket: ARTIFACT_BUCKET, key: `${prefix}/rules.json` },
    },
    package: {
      release: DEPLOYMENT_ID,
      rendering: 'ssr',
      manifest: { bucket: ARTIFACT_BUCKET, key: `${prefix}/manifest.json` },
      functions: [
        {
          name: 'default',
          code: { bucket: ARTIFACT_BUCKET, key: `${prefix}/functions/default.zip` },
          codeSha256: 'c2hhLTI1Ng==',
          zippedBytes: 1000,
        },
      ],
    },
    functions: { default: 'arn:aws:lambda:us-east-1:111122223333:function:towpath-dev-shop-main-default:3' },
    update: { changed: true, previousRelease: EARLIER_ID },
  };
}

/** `files`: path in the bundle → content hash, or anything that stands for one. */
export function manifestOf(files: Record<string, string>, rest: Partial<Manifest> = {}): Manifest {
  return {
    schemaVersion: MANIFEST_VERSION,
    rendering: 'ssr',
    next: { version: '11.1.4', major: 11 },
    buildId: 'build-1',
    basePath: '',
    trailingSlash: false,
    files: Object.fromEntries(
      Object.entries(files).map(([path, sha256]) => [path, { sha256, bytes: 10, contentType: 'text/plain' }]),
    ),
    pages: {},
    functions: ['default'],
    edge: {},
    ...rest,
  };
}
