/**
 * What a deployment has left behind, in a form that two runs can be compared by: names of the app, ids, times, hashes and
 * whatever a retry may rightly change (figures, numbers that were taken and not used, redrive counts) are made equal.
 */
import { until } from './deployment.ts';
import type { Towpath } from './towpath.ts';

/** JSON text by part: table, files, functions, roles, distribution, answers, told. */
export type State = Record<string, string>;

type Attribute = { S?: string; N?: string; M?: Record<string, Attribute>; L?: Attribute[]; BOOL?: boolean };
type Plain = string | number | boolean | undefined | Plain[] | { [name: string]: Plain };

const plain = ({ S, N, M, L, BOOL }: Attribute): Plain => {
  // Members come in the order in which they were written.
  if (M)
    return Object.fromEntries(
      Object.keys(M)
        .sort()
        .map((name) => [name, plain(M[name] as Attribute)]),
    );
  return L?.map(plain) ?? S ?? (N === undefined ? BOOL : Number(N));
};

/** A retried step counts other figures; a number may stay unused; a redrive counts itself. */
const FREE_FIELDS = new Set(['figures', 'ttl', 'rank', 'redriveCount', 'lastNumber', 'zippedBytes', 'LastModified']);
const NUMBERS = new Set(['number', 'liveNumber', 'fence']);

/** `hasFailed`: on the way to a good end, which it is told that it did. */
export async function stateOf(
  towpath: Towpath,
  app: string,
  deployments: string[],
  hasFailed: boolean,
): Promise<State> {
  const site = `${app}-main`;
  const items = await tableItems(towpath, app, deployments);
  const numbers = items.filter(({ sk }) => sk === 'DEPLOYMENT').map(({ number }) => Number(number));
  const norm = normaliser(
    app,
    deployments,
    numbers.sort((a, b) => a - b),
  );
  const parts = {
    table: items,
    files: await files(towpath, site, deployments),
    functions: await functions(towpath, `towpath-dev-${site}-`),
    roles: await roles(towpath, `towpath-dev-${site}-`),
    distribution: await distribution(towpath, items, site),
    answers: await answers(towpath, items, site),
    told: await told(towpath, app, deployments, hasFailed),
  };
  return Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, norm(value)]));
}

function normaliser(app: string, deployments: string[], numbers: number[]) {
  const rest: [RegExp | string, string][] = [
    [new RegExp(`${app}-main-[0-9a-f]{8}`, 'g'), '<bucket>'],
    [app, '<app>'],
    ...deployments.map((id, index): [string, string] => [id, `<deployment ${index + 1}>`]),
    [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
    [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uuid>'],
    [/\b\d{13,}-<uuid>/g, '<delivery>'],
    [/\b[0-9a-f]{64}\b/g, '<sha256>'],
    [/\b[0-9a-f]{40}\b/g, '<commit>'],
    [/[A-Za-z0-9+/]{43}=/g, '<sha256>'],
    [/\b[Ee][0-9A-Za-z]{13}\b/g, '<distribution>'],
    [/localhost:\d+|127\.0\.0\.1:\d+/g, '<host>'],
  ];
  return (value: unknown): string => {
    const text = JSON.stringify(
      value,
      (name, member) => {
        if (FREE_FIELDS.has(name)) return undefined;
        return NUMBERS.has(name) && member > 0 ? numbers.indexOf(Number(member)) + 1 : member;
      },
      1,
    );
    return rest.reduce((so, [from, to]) => so.replaceAll(from, to), text);
  };
}

async function tableItems({ aws, cloud }: Towpath, app: string, deployments: string[]) {
  const { Items } = await aws<{ Items: Record<string, Attribute>[] }>('dynamodb', 'Scan', {
    TableName: cloud.outputs.TableName,
    ConsistentRead: true,
  });
  const mine = (text: string) => text.includes(`${app}`) || deployments.some((id) => text.includes(id));
  return Items.map((item) => plain({ M: item }) as Record<string, Plain>)
    .filter((item) => mine(JSON.stringify(item)))
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** Items whose keys are hashes, as those of builds, come in the order of the deployments that they tell of. */
const orderOf = (item: Record<string, Plain>) =>
  [item.pk, item.sk, JSON.stringify(item)].join(' ').replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>');

async function files(towpath: Towpath, site: string, deployments: string[]) {
  const { aws, cloud } = towpath;
  const own = (await allBuckets(towpath)).map(({ Name }) => Name).filter((name) => name.includes(site));
  const list = async (Bucket: string, prefix = '') => {
    const { Contents = [] } = await aws<{ Contents?: { Key: string }[] }>('s3', 'ListObjectsV2', {
      Bucket,
      Prefix: prefix,
    });
    const { Uploads = [] } = await aws<{ Uploads?: { Key: string }[] }>('s3', 'ListMultipartUploads', { Bucket });
    return [...Contents.map(({ Key }) => Key), ...Uploads.map(({ Key }) => `unfinished: ${Key}`)];
  };
  const artifacts = cloud.outputs.ArtifactBucketName ?? '';
  return {
    own: await Promise.all(own.map((bucket) => list(bucket))),
    policies: await Promise.all(own.map((Bucket) => aws('s3', 'GetBucketPolicy', { Bucket }))),
    control: await Promise.all([
      ...deployments.map((id) => list(artifacts, `deployments/${id}/`)),
      list(artifacts, `cache/${site}/`).then((keys) => keys.length > 0),
    ]),
  };
}

type Page = Record<string, unknown>;

/** All items, page after page. `list` finds them in an answer; `marker` what the next page is asked with, if there is one. */
async function all<Item>(
  { aws }: Towpath,
  [service, operation]: [string, string],
  list: (page: Page) => Item[] | undefined,
  marker: (page: Page) => unknown = ({ NextMarker }) => NextMarker,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let Marker: unknown; ; ) {
    const page = await aws<Page>(service, operation, Marker ? { Marker } : {});
    items.push(...(list(page) ?? []));
    Marker = marker(page);
    if (!Marker) return items;
  }
}

interface Role {
  RoleName: string;
  AssumeRolePolicyDocument: string;
}
interface Summary {
  Id: string;
  Comment: string;
}
interface Summaries {
  Items?: Summary[];
  NextMarker?: string;
}

const allFunctions = (towpath: Towpath) =>
  all(towpath, ['lambda', 'ListFunctions'], ({ Functions }) => Functions as { FunctionName: string }[]);
const allRoles = (towpath: Towpath) =>
  all(
    towpath,
    ['iam', 'ListRoles'],
    ({ Roles }) => Roles as Role[],
    ({ IsTruncated, Marker }) => IsTruncated && Marker,
  );
const allDistributions = (towpath: Towpath) =>
  all(
    towpath,
    ['cloudfront', 'ListDistributions'],
    ({ DistributionList }) => (DistributionList as Summaries).Items,
    ({ DistributionList }) => (DistributionList as Summaries).NextMarker,
  );
const allBuckets = (towpath: Towpath) =>
  all(towpath, ['s3', 'ListBuckets'], ({ Buckets }) => Buckets as { Name: string }[]);
const allQueues = (towpath: Towpath) =>
  all(towpath, ['sqs', 'ListQueues'], ({ QueueUrls }) => QueueUrls as string[] | undefined);

async function functions(towpath: Towpath, prefix: string) {
  const own = (await allFunctions(towpath)).filter(({ FunctionName }) => FunctionName.startsWith(prefix));
  return Promise.all(
    own.map(async ({ FunctionName }) => {
      const input = { FunctionName };
      const { Versions } = await towpath.aws<{ Versions: object[] }>('lambda', 'ListVersionsByFunction', input);
      return Versions.map((version) => ({ ...version, CodeSize: undefined }));
    }),
  );
}

async function roles(towpath: Towpath, prefix: string) {
  const { aws } = towpath;
  const own = (await allRoles(towpath)).filter(({ RoleName }) => RoleName.startsWith(prefix));
  return Promise.all(
    own.map(async ({ RoleName, AssumeRolePolicyDocument }) => {
      const { PolicyNames } = await aws<{ PolicyNames: string[] }>('iam', 'ListRolePolicies', { RoleName });
      const policies = PolicyNames.map((PolicyName) =>
        aws<{ PolicyDocument: string }>('iam', 'GetRolePolicy', { RoleName, PolicyName }),
      );
      const documents = (await Promise.all(policies)).map(({ PolicyDocument }) => decodeURIComponent(PolicyDocument));
      return { RoleName, trust: decodeURIComponent(AssumeRolePolicyDocument), documents };
    }),
  );
}

async function distributionsOf(towpath: Towpath, items: Record<string, Plain>[], site: string) {
  const remembered = items.find(({ sk, id }) => sk === 'SITE' && id === site)?.distributionId;
  return (await allDistributions(towpath)).filter(({ Id, Comment }) => Id === remembered || Comment.includes(site));
}

async function distribution(towpath: Towpath, items: Record<string, Plain>[], site: string) {
  const found = await distributionsOf(towpath, items, site);
  const configs = found.map(({ Id }) =>
    towpath.aws<{ DistributionConfig: object }>('cloudfront', 'GetDistributionConfig', { Id }),
  );
  return (await Promise.all(configs)).map(({ DistributionConfig }) => DistributionConfig);
}

/** What a visitor gets. */
async function answers(towpath: Towpath, items: Record<string, Plain>[], site: string) {
  const [found] = await distributionsOf(towpath, items, site);
  const base = towpath.cloud.siteUrls().find(({ id }) => id === found?.Id)?.url;
  return Promise.all(
    ['/', '/now', '/robots.txt', '/missing'].map(async (path) => {
      const response = await fetch(`${base}${path}`);
      return [path, response.status, response.headers.get('x-towpath-release'), await response.text()];
    }),
  );
}

/** Whoever listens hears the same; AWS delivers at least once, so doubles count once. */
async function told(towpath: Towpath, app: string, deployments: string[], hasFailed: boolean) {
  const free = [
    ...(towpath.hearsAll ? [] : ['deployment.started']),
    ...(hasFailed ? ['deployment.failed', 'deployment.step_failed'] : []),
  ];
  const events = (await towpath.events()).filter(
    ({ deployment, kind }) => deployments.includes(deployment) && !free.includes(kind),
  );
  const items = await tableItems(towpath, app, deployments);
  const commits = items.filter(({ sk }) => sk === 'DEPLOYMENT').map(({ commit }) => (commit as { sha: string }).sha);
  return {
    events: [...new Set(events.map(({ kind, deployment }) => `${deployment} ${kind}`))].sort(),
    statuses: await Promise.all(commits.map((sha) => finalStatus(towpath, app, sha))),
  };
}

/** It goes through a queue, and may be the last that is told. */
const finalStatus = (towpath: Towpath, app: string, sha: string) =>
  until(`the last status of commit ${sha}`, async () => {
    const state = towpath.git.statuses(app, sha)[0]?.state;
    return state === 'pending' ? undefined : state;
  });

/** How many there are of everything in the account: what nobody's name is on shows here. */
export async function tally(towpath: Towpath): Promise<Record<string, number>> {
  return {
    buckets: (await allBuckets(towpath)).length,
    functions: (await allFunctions(towpath)).length,
    roles: (await allRoles(towpath)).length,
    distributions: (await allDistributions(towpath)).length,
    queues: (await allQueues(towpath)).length,
  };
}

/** The parts that differ, with the first line that does. */
export function differences(expected: State, found: State): string[] {
  return Object.keys(expected).flatMap((part) => {
    if (expected[part] === found[part]) return [];
    const [was, is] = [expected[part] ?? '', found[part] ?? ''].map((text) => text.split('\n'));
    const at = (was ?? []).findIndex((line, index) => line !== is?.[index]);
    const line = at < 0 ? (was?.length ?? 0) : at;
    const around = (lines: string[] = []) => lines.slice(Math.max(0, line - 2), line + 3).map((text) => text.trim());
    return [`${part}, line ${line}: expected ${around(was).join(' ')} but found ${around(is).join(' ')}`];
  });
}
