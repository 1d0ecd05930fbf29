import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createIamService } from '../../local-cloud/services/iam/index.ts';
import { createStsService } from '../../local-cloud/services/sts/index.ts';
import { startTestCloud, type TestCloud } from '../support/start-cloud.ts';

const services = { iam: createIamService, sts: createStsService };
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const policy = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });

let cloud: TestCloud<typeof services>;
let client: iam.IAMClient;
let count = 0;
let RoleName: string;
let now = Date.now();

beforeAll(async () => {
  cloud = await startTestCloud(services, { now: () => now });
  client = new iam.IAMClient(cloud.client);
});
afterAll(() => cloud.stop());
beforeEach(() => {
  RoleName = `role-${++count}`;
});

const create = (more: Partial<iam.CreateRoleCommandInput> = {}) =>
  client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more }));

describe('roles', () => {
  test('a role has a path, tags, and its trust policy percent-encoded', async () => {
    await create({ Path: '/towpath/dev/', Tags: [{ Key: 'site', Value: 'shop' }], Description: 'a role' });
    const { Role } = await client.send(new iam.GetRoleCommand({ RoleName }));
    expect(Role).toMatchObject({
      Arn: `arn:aws:iam::111122223333:role/towpath/dev/${RoleName}`,
      Path: '/towpath/dev/',
      Tags: [{ Key: 'site', Value: 'shop' }],
      MaxSessionDuration: 3600,
    });
    expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toBe(trust);
    expect(Role?.CreateDate).toBeInstanceOf(Date);
  });

  test('a second one of that name, and one that is not there', async () => {
    await create();
    await expect(create()).rejects.toBeInstanceOf(iam.EntityAlreadyExistsException);
    const missing = client.send(new iam.GetRoleCommand({ RoleName: 'nobody' }));
    await expect(missing).rejects.toMatchObject({ name: 'NoSuchEntityException', $metadata: { httpStatusCode: 404 } });
  });

  test('a trust policy without a principal, a bad name', async () => {
    await expect(create({ AssumeRolePolicyDocument: policy('sts:AssumeRole') })).rejects.toBeInstanceOf(
      iam.MalformedPolicyDocumentException,
    );
    await expect(create({ AssumeRolePolicyDocument: '{' })).rejects.toBeInstanceOf(
      iam.MalformedPolicyDocumentException,
    );
    await expect(create({ RoleName: 'a/b' })).rejects.toThrow('a/b');
  });

  test('inline policies are put, listed, read and deleted; a role that has some cannot be deleted', async () => {
    await create();
    const PolicyDocument = policy('s3:GetObject');
    await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'b', PolicyDocument }));
    await client.send(
      new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'a', PolicyDocument: policy('s3:PutObject') }),
    );
    expect((await client.send(new iam.ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(['a', 'b']);
    const got = await client.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName: 'b' }));
    expect(decodeURIComponent(got.PolicyDocument!)).toBe(PolicyDocument);
    await expect(client.send(new iam.DeleteRoleCommand({ RoleName }))).rejects.toBeInstanceOf(
      iam.DeleteConflictException,
    );
    for (const PolicyName of ['a', 'b']) await client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName }));
    const gone = client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: 'a' }));
    await expect(gone).rejects.toBeInstanceOf(iam.NoSuchEntityException);
    await client.send(new iam.DeleteRoleCommand({ RoleName }));
    await expect(client.send(new iam.GetRoleCommand({ RoleName }))).rejects.toBeInstanceOf(iam.NoSuchEntityException);
  });

  test('an inline policy needs resources and has a quota for all of a role', async () => {
    await create();
    const put = (PolicyDocument: string) =>
      client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
    await expect(put(trust)).rejects.toBeInstanceOf(iam.MalformedPolicyDocumentException);
    await expect(put(policy(`s3:${'x'.repeat(10_300)}`))).rejects.toBeInstanceOf(iam.LimitExceededException);
  });

  test('attached policies, tags, trust and listing', async () => {
    await create({ Path: '/listed/' });
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const attached = await client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }));
    expect(attached.AttachedPolicies).toEqual([{ PolicyArn, PolicyName: 'AWSLambdaBasicExecutionRole' }]);
    await client.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await client.send(new iam.TagRoleCommand({ RoleName, Tags: [{ Key: 'a', Value: '1' }] }));
    await client.send(new iam.TagRoleCommand({ RoleName, Tags: [{ Key: 'a', Value: '2' }] }));
    expect((await client.send(new iam.ListRoleTagsCommand({ RoleName }))).Tags).toEqual([{ Key: 'a', Value: '2' }]);
    const changed = trust.replace('lambda', 'codebuild');
    await client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: changed }));
    const { Roles } = await client.send(new iam.ListRolesCommand({ PathPrefix: '/listed/' }));
    expect(Roles?.map((role) => decodeURIComponent(role.AssumeRolePolicyDocument!))).toEqual([changed]);
  });
});

describe('sts', () => {
  const whoIs = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
    new sts.STSClient({ ...cloud.client, credentials }).send(new sts.GetCallerIdentityCommand({}));

  /** Without the client's clock: the cloud's is the one that moves here. */
  const credentialsStillWork = async (keys: { accessKeyId: string; secretAccessKey: string; sessionToken: string }) => {
    const skewed = new sts.STSClient({ ...cloud.client, credentials: keys, systemClockOffset: now - Date.now() });
    const answer = await skewed.send(new sts.GetCallerIdentityCommand({})).catch((error) => error);
    if (answer instanceof Error && answer.name !== 'UnrecognizedClientException') throw answer;
    return !(answer instanceof Error);
  };

  test('the root key', async () => {
    expect(await whoIs(cloud.credentials)).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:iam::111122223333:root',
    });
  });

  test('the keys of an assumed role work until they expire', async () => {
    const { Role } = await create({ Path: '/some/path/' });
    const input = { RoleArn: Role!.Arn!, RoleSessionName: 'me', DurationSeconds: 900 };
    const { Credentials } = await new sts.STSClient(cloud.client).send(new sts.AssumeRoleCommand(input));
    expect(Credentials!.Expiration!.getTime()).toBe(now + 900_000);
    const keys = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    };
    expect((await whoIs(keys)).Arn).toBe(`arn:aws:sts::111122223333:assumed-role/${RoleName}/me`);
    const { sessionToken: _, ...without } = keys;
    await expect(whoIs(without)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    const issuedAt = now;
    now += 899_000;
    await expect(credentialsStillWork(keys)).resolves.toBe(true);
    now = issuedAt + 901_000;
    await expect(credentialsStillWork(keys)).resolves.toBe(false);
    now = issuedAt;
  });

  test('a role that does not exist cannot be assumed', async () => {
    const RoleArn = 'arn:aws:iam::111122223333:role/nobody';
    const sent = new sts.STSClient(cloud.client).send(new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }));
    await expect(sent).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
