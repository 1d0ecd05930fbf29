/** What a build's commands find in their environment: nothing of the local cloud's own but the machine's ways out. Pure. */
import { delimiter, dirname, join } from 'node:path';
import type { Credentials } from '../../service.ts';
import type { BuildRecord } from './records.ts';

/** How this machine reaches the network: proxies and certificates. */
const NETWORK =
  /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|git_ssl_cainfo|curl_ca_bundle)$/i;

/** npm's settings that say where packages come from; those that npm sets for its own scripts would mislead a build. */
const NPM_NETWORK =
  /^npm_config_(registry|@.+:registry|\/\/.+|globalconfig|https?_proxy|https-proxy|proxy|noproxy|cafile|ca|cert|key|strict[_-]ssl|nodedir|disturl|maxsockets|fetch[_-].+|replace[_-]registry[_-]host|omit[_-]lockfile[_-]registry[_-]resolved)$/i;

/** Folders that `npm run` puts in front of PATH. */
const NPM_PATHS = /node_modules\/\.bin\/?$|node-gyp-bin\/?$/;

const SYSTEM_PATHS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

export interface ImageFolders {
  home: string;
  /** Of this build alone, like a container: what it installs globally is in no other's way, nor in this machine's. */
  globals: string;
}

/** The build image's own variables. npm reads the .npmrc of whoever runs the local cloud. */
export function imageVariables(
  parent: NodeJS.ProcessEnv,
  { home, globals }: ImageFolders,
  node: string,
): Record<string, string> {
  const kept = Object.entries(parent).filter(([name]) => NETWORK.test(name) || NPM_NETWORK.test(name));
  const paths = (parent.PATH ?? '').split(delimiter).filter((path) => path !== '' && !NPM_PATHS.test(path));
  const userConfig = parent.npm_config_userconfig ?? (parent.HOME ? join(parent.HOME, '.npmrc') : undefined);
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    ...(userConfig && { npm_config_userconfig: userConfig }),
    npm_config_prefix: globals,
    PATH: [...new Set([join(globals, 'bin'), dirname(node), ...paths, ...SYSTEM_PATHS])].join(delimiter),
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
  };
}

export interface BuildFolders {
  source: string;
  /** By source identifier. */
  secondary: Record<string, string>;
  temporary: string;
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html */
export function codeBuildVariables(build: BuildRecord, folders: BuildFolders): Record<string, string> {
  const sources = Object.entries(folders.secondary).map(([id, folder]) => [`CODEBUILD_SRC_DIR_${id}`, folder]);
  return {
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_IMAGE: build.environment.image ?? '',
    CODEBUILD_BUILD_NUMBER: String(build.buildNumber),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_CI: 'true',
    CODEBUILD_INITIATOR: build.initiator,
    CODEBUILD_LOG_PATH: build.logs.streamName ?? '',
    CODEBUILD_RESOLVED_SOURCE_VERSION: build.sourceVersion ?? '',
    CODEBUILD_SOURCE_REPO_URL: build.source.location ?? '',
    CODEBUILD_SOURCE_VERSION: build.sourceVersion ?? '',
    CODEBUILD_SRC_DIR: folders.source,
    CODEBUILD_START_TIME: String(build.startTime),
    TMPDIR: folders.temporary,
    ...Object.fromEntries(sources),
  };
}

/** How the build's own SDK calls reach the local cloud, as its service role. */
export function awsVariables(credentials: Credentials, region: string, endpoint: string): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
  };
}

/** The variable that marks every process of a build, and nothing else's. */
export function markerOf(buildId: string): string {
  return `CODEBUILD_BUILD_ID=${buildId}`;
}
