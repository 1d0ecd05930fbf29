import * as secrets from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSecretsManagerService } from '../../local-cloud/services/secretsmanager/index.ts';
import { createSsmService } from '../../local-cloud/services/ssm/index.ts';
import { startTestCloud, type TestCloud } from '../support/start-cloud.ts';

const services = { ssm: createSsmService, secretsmanager: createSecretsManagerService };
let cloud: TestCloud<typeof services>;
beforeAll(async () => {
  cloud = await startTestCloud(services);
});
afterAll(() => cloud.stop());

describe('Parameter Store', () => {
  const client = () => new ssm.SSMClient(cloud.client);
  const put = (Name: string, Value: string, more: Partial<ssm.PutParameterCommandInput> = {}) =>
    client().send(new ssm.PutParameterCommand({ Name, Value, Type: 'String', ...more }));

  test('a parameter is put once, and again only with Overwrite', async () => {
    expect((await put('/once/a', '1')).Version).toBe(1);
    await expect(put('/once/a', '2')).rejects.toBeInstanceOf(ssm.ParameterAlreadyExists);
    expect((await put('/once/a', '2', { Overwrite: true })).Version).toBe(2);
    const { Parameter } = await client().send(new ssm.GetParameterCommand({ Name: '/once/a' }));
    expect(Parameter).toMatchObject({ Name: '/once/a', Type: 'String', Value: '2', Version: 2 });
    expect(Parameter?.ARN).toBe('arn:aws:ssm:us-east-1:111122223333:parameter/once/a');
  });

  test('a SecureString is readable with decryption only', async () => {
    await put('/secure/key', 'hunter2', { Type: 'SecureString' });
    const get = async (WithDecryption: boolean) =>
      (await client().send(new ssm.GetParameterCommand({ Name: '/secure/key', WithDecryption }))).Parameter?.Value;
    expect(await get(true)).toBe('hunter2');
    expect(await get(false)).not.toContain('hunter2');
  });

  test('by path: children only, or all below; in pages', async () => {
    for (const name of ['/tree/a', '/tree/b', '/tree/b/deep', '/treehouse']) await put(name, name);
    const get = (more: object) => client().send(new ssm.GetParametersByPathCommand({ Path: '/tree', ...more }));
    const names = (answer: ssm.GetParametersByPathCommandOutput) => answer.Parameters?.map(({ Name }) => Name);
    expect(names(await get({}))).toEqual(['/tree/a', '/tree/b']);
    expect(names(await get({ Recursive: true }))).toEqual(['/tree/a', '/tree/b', '/tree/b/deep']);
    const first = await get({ Recursive: true, MaxResults: 2 });
    expect(names(first)).toEqual(['/tree/a', '/tree/b']);
    const second = await get({ Recursive: true, MaxResults: 2, NextToken: first.NextToken });
    expect(names(second)).toEqual(['/tree/b/deep']);
    expect(second.NextToken).toBeUndefined();
  });

  test('what is known of a parameter by its name, without its value', async () => {
    for (const value of ['1', '2']) await put('/known/a', value, { Overwrite: true });
    await put('/known/ab', '1');
    const describe = (Values: string[]) =>
      client().send(
        new ssm.DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }] }),
      );
    expect((await describe(['/known/a'])).Parameters).toMatchObject([{ Name: '/known/a', Version: 2 }]);
    expect((await describe(['/known'])).Parameters).toEqual([]);
    const begins = new ssm.DescribeParametersCommand({
      ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: ['/known'] }],
    });
    await expect(client().send(begins)).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  test('several at once tell which are missing; deleted ones are', async () => {
    await put('several', '1');
    const answer = await client().send(new ssm.GetParametersCommand({ Names: ['several', 'nothing'] }));
    expect(answer.Parameters?.map(({ Value }) => Value)).toEqual(['1']);
    expect(answer.InvalidParameters).toEqual(['nothing']);
    await client().send(new ssm.DeleteParameterCommand({ Name: 'several' }));
    const gone = client().send(new ssm.GetParameterCommand({ Name: 'several' }));
    await expect(gone).rejects.toBeInstanceOf(ssm.ParameterNotFound);
  });

  test('a value over 4 KB is refused', async () => {
    await expect(put('/large', 'x'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('Secrets Manager', () => {
  const client = () => new secrets.SecretsManagerClient(cloud.client);
  const get = (SecretId: string, more: object = {}) =>
    client().send(new secrets.GetSecretValueCommand({ SecretId, ...more }));

  test('a secret is found by name and ARN, with its previous version', async () => {
    const made = await client().send(new secrets.CreateSecretCommand({ Name: 'app/db', SecretString: 'one' }));
    expect(made.ARN).toMatch(/:secret:app\/db-[A-Za-z0-9]{6}$/);
    expect((await get(made.ARN!)).SecretString).toBe('one');
    await client().send(new secrets.PutSecretValueCommand({ SecretId: 'app/db', SecretString: 'two' }));
    expect(await get('app/db')).toMatchObject({ SecretString: 'two', VersionStages: ['AWSCURRENT'] });
    expect(await get('app/db', { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'one' });
    expect((await get('app/db', { VersionId: made.VersionId })).SecretString).toBe('one');
  });

  test('a binary secret, an update, a description', async () => {
    const Name = 'binary';
    await client().send(new secrets.CreateSecretCommand({ Name, SecretBinary: Uint8Array.of(1, 2, 255) }));
    expect([...(await get(Name)).SecretBinary!]).toEqual([1, 2, 255]);
    await client().send(new secrets.UpdateSecretCommand({ SecretId: Name, Description: 'of bytes' }));
    const described = await client().send(new secrets.DescribeSecretCommand({ SecretId: Name }));
    expect(described).toMatchObject({ Name, Description: 'of bytes' });
    expect(Object.values(described.VersionIdsToStages!)).toEqual([['AWSCURRENT']]);
  });

  test('one that exists, one that is missing, one without a value', async () => {
    await client().send(new secrets.CreateSecretCommand({ Name: 'empty' }));
    const again = client().send(new secrets.CreateSecretCommand({ Name: 'empty' }));
    await expect(again).rejects.toBeInstanceOf(secrets.ResourceExistsException);
    await expect(get('empty')).rejects.toBeInstanceOf(secrets.ResourceNotFoundException);
    await expect(get('nothing')).rejects.toBeInstanceOf(secrets.ResourceNotFoundException);
  });

  test('deletion: with a recovery window it is hidden, by force it is gone', async () => {
    await client().send(new secrets.CreateSecretCommand({ Name: 'doomed', SecretString: 'x' }));
    await client().send(new secrets.DeleteSecretCommand({ SecretId: 'doomed' }));
    await expect(get('doomed')).rejects.toBeInstanceOf(secrets.InvalidRequestException);
    const again = client().send(new secrets.CreateSecretCommand({ Name: 'doomed' }));
    await expect(again).rejects.toBeInstanceOf(secrets.InvalidRequestException);
    await client().send(new secrets.RestoreSecretCommand({ SecretId: 'doomed' }));
    expect((await get('doomed')).SecretString).toBe('x');
    await client().send(new secrets.DeleteSecretCommand({ SecretId: 'doomed', ForceDeleteWithoutRecovery: true }));
    await expect(get('doomed')).rejects.toBeInstanceOf(secrets.ResourceNotFoundException);
  });
});
