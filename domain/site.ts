import { createHash } from 'node:crypto';
import * as z from 'zod';

/** A slug the user chose: it becomes part of AWS names, so it is short and plain. */
export const AppId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,23}$/, 'an app name is 1–24 of a–z, 0–9 and -, and starts with a letter');

/** A deployed branch of an app. At most {@link MAX_SITE_ID} characters, unique for each (app, branch). */
export const SiteId = z.string().regex(/^[a-z][a-z0-9-]{0,35}$/);
const MAX_SITE_ID = 36;
const HASH_LENGTH = 6;

const shortHash = (text: string, length = HASH_LENGTH) =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

/**
 * `<app>-<branch slug>`. A branch whose slug loses something (a slash, an emoji, its tail) gets a hash of its full name, and so does
 * one with a dash, for `a-b-c` could be of two apps: two branches never share a site.
 */
export function siteIdOf(app: string, branch: string): string {
  const plain = slug(branch);
  const name = `${app}-${plain}`;
  if (/^[a-z0-9]+$/.test(branch) && name.length <= MAX_SITE_ID && !/^[0-9a-f]{6}$/.test(branch)) return name;
  const head = name.slice(0, MAX_SITE_ID - HASH_LENGTH - 1).replace(/-+$/, '');
  return `${head}-${shortHash(`${app}\n${branch}`)}`;
}

/** A pull request that has a site of its own. */
export const Preview = z.object({
  /** What the Git host shows. */
  number: z.int().positive(),
  /** Its commits come from another repository: nothing of the app's is trusted to them. */
  isFork: z.boolean(),
  /** The fork's name at the host, where its commits are to be had there alone. */
  from: z.string().optional(),
});
export type Preview = z.infer<typeof Preview>;

/** What takes a branch's place in a preview's site. */
export const previewBranch = (number: number) => `pull/${number}`;

export interface Deployer {
  /** Serverless stage of the control plane, e.g. `dev`: at most 11 characters. */
  stage: string;
  accountId: string;
  /** The control plane's Region. */
  region: string;
}

/** The AWS names of everything a site owns. Limits: S3 bucket 63, IAM role 64, Lambda function 64 characters. */
export function resourceNames({ stage, accountId, region }: Deployer, site: string) {
  const owned = `towpath-${stage}-${site}`;
  return {
    /** IAM path of the site's roles: the control plane may manage what is under it and nothing else. */
    rolePath: `/towpath/${stage}/`,
    /** Bucket names are one namespace for all of AWS, hence the hash of account and Region. */
    bucket: `${owned.slice(0, 54)}-${shortHash(`${accountId}/${region}/${owned}`, 8)}`,
    functionRole: `${owned}-fn`,
    buildRole: `${owned}-build`,
    functionName: (name: SiteFunctionName) => `${owned}-${name === 'regeneration' ? 'regen' : name}`,
    /** Stale pages on their way to the regeneration function. At most 80 characters. */
    regenerationQueue: `${owned}-regeneration.fifo`,
    /** Distributions have no names: this is their CallerReference and their `towpath:site` tag. */
    distributionReference: owned,
  };
}

/** Of a distribution that takes the place of a deleted one. No other site's reference is like it. */
export const remadeReference = (reference: string, number: number) => `${reference} (${number})`;

/** Whether a distribution's comment, which is its reference, says that it is this site's. */
export const isDistributionOf = (reference: string) => (comment: string) =>
  comment === reference || comment.startsWith(`${reference} (`);

/** Of any site of the stage. */
export const isDistributionOfStage = (stage: string) => (comment: string) => comment.startsWith(`towpath-${stage}-`);

export const EDGE_FUNCTIONS = ['default', 'image'] as const;
export type EdgeFunctionName = (typeof EDGE_FUNCTIONS)[number];

/** `regeneration` runs in the control plane's Region, on the code of `default`: it renders stale pages anew. */
export const SITE_FUNCTIONS = [...EDGE_FUNCTIONS, 'regeneration'] as const;
export type SiteFunctionName = (typeof SITE_FUNCTIONS)[number];

/** Alias of the regeneration function: the version of the release that is live. */
export const LIVE_ALIAS = 'live';

export const queueArn = ({ accountId, region }: Deployer, name: string) => `arn:aws:sqs:${region}:${accountId}:${name}`;
export const tableArn = ({ accountId, region }: Deployer, name: string) =>
  `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
export const queueUrl = ({ accountId, region }: Deployer, name: string) =>
  `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;

/** What is remembered of a site: its sequence of deployments, its slot, its fence, and what is live. */
export const Site = z.object({
  id: SiteId,
  app: AppId,
  branch: z.string().min(1),
  preview: Preview.optional(),
  createdAt: z.iso.datetime(),
  /** Number of the newest deployment, 0 before the first. */
  lastNumber: z.int().nonnegative(),
  /** When the newest push, or deletion, was announced that a deployment was numbered for: none older is deployed any more. */
  announcedAt: z.iso.datetime().optional(),
  /** Number of the newest deployment that began to change the site: none older may change it any more. */
  fence: z.int().nonnegative().default(0),
  liveNumber: z.int().positive().optional(),
  liveRelease: z.string().optional(),
  /** The release that was live before. */
  previousRelease: z.string().optional(),
  /** The release that the CDN was last cleared for: what it keeps is of that one, or of those made live since. */
  invalidatedRelease: z.string().optional(),
  /** The newest deployment that passed Verify: the release before it is not brought back any more. */
  verifiedDeployment: z.string().optional(),
  /** The one deployment that may run. */
  runningDeployment: z.string().optional(),
  /** The newest deployment that waits for it, and its number. */
  waitingDeployment: z.string().optional(),
  waitingNumber: z.int().positive().optional(),
  distributionId: z.string().optional(),
  distributionDomain: z.string().optional(),
});
export type Site = z.infer<typeof Site>;
