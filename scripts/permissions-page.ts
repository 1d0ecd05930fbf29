/** docs/reference/permissions.md, from the packaged template: who may do what, beside what Amplify's guide asks for. */
import { buildRolePolicy, functionRolePolicy, secretArns } from '../functions/prepare-site/policies.ts';
import { deployerPolicy } from './deployer-policy.ts';
import { shown, type Template, type TemplateStatement } from './template.ts';

interface Role {
  name: string;
  statements: { actions: string[]; resources: string[] }[];
}

const short = (arn: string) =>
  arn.replaceAll('${AWS::Partition}', 'aws').replaceAll('${AWS::Region}', '*').replaceAll('${AWS::AccountId}', '*');
const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

const statementsOf = (statements: TemplateStatement[]): Role['statements'] =>
  statements.map(({ Action, Resource: on }) => ({
    actions: list(Action),
    resources: list(on).map((one) => short(shown(one))),
  }));

export const rolesOf = ({ Resources }: Template): Role[] =>
  Object.entries(Resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .map(([id, { Properties }]) => ({
      name: id.replace(/IamRoleLambdaExecution$|Role$/, ''),
      statements: statementsOf((Properties?.Policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement)),
    }))
    .filter(({ statements }) => statements.length > 0);

/** Of a site called shop-main, that has a secret in each store. */
export function siteRoles(): Role[] {
  const where = { accountId: '*', region: '*' };
  const secrets = secretArns(where, [
    { store: 'parameter-store', name: '/towpath/<stage>/apps/shop/variables/app/TOKEN', atRunTime: 'fetched' },
    { store: 'secrets-manager', name: 'towpath/<stage>/apps/shop/vault', atRunTime: 'fetched' },
  ]);
  const functions = functionRolePolicy({
    ...where,
    bucket: '<site bucket>',
    functionPrefix: 'towpath-<stage>-shop-main-',
    queueArn: 'arn:aws:sqs:*:*:towpath-<stage>-shop-main-regeneration.fifo',
    tableArn: 'arn:aws:dynamodb:*:*:table/<table>',
    site: 'shop-main',
    distributionArn: 'arn:aws:cloudfront::*:distribution/<site distribution>',
    secrets,
  });
  const build = buildRolePolicy({
    ...where,
    site: 'shop-main',
    artifactBucket: '<artifact bucket>',
    buildLogGroup: '/aws/codebuild/towpath-<stage>-build',
    deployments: ['<deployment>'],
    secrets,
  });
  return [
    { name: 'A site’s functions', statements: statementsOf(functions.Statement as unknown as TemplateStatement[]) },
    { name: 'A site’s builds', statements: statementsOf(build.Statement as unknown as TemplateStatement[]) },
  ];
}

/** https://docs.aws.amazon.com/amplify/latest/userguide/server-side-rendering-amplify.html, "IAM permissions for SSR apps" */
const GUIDE =
  'acm:DescribeCertificate acm:ListCertificates acm:RequestCertificate cloudfront:CreateCloudFrontOriginAccessIdentity cloudfront:CreateDistribution cloudfront:CreateInvalidation cloudfront:GetDistribution cloudfront:GetDistributionConfig cloudfront:ListCloudFrontOriginAccessIdentities cloudfront:ListDistributions cloudfront:ListDistributionsByLambdaFunction cloudfront:ListDistributionsByWebACLId cloudfront:ListFieldLevelEncryptionConfigs cloudfront:ListFieldLevelEncryptionProfiles cloudfront:ListInvalidations cloudfront:ListPublicKeys cloudfront:ListStreamingDistributions cloudfront:UpdateDistribution cloudfront:TagResource cloudfront:UntagResource cloudfront:ListTagsForResource cloudfront:DeleteDistribution iam:AttachRolePolicy iam:CreateRole iam:CreateServiceLinkedRole iam:GetRole iam:PutRolePolicy iam:PassRole iam:UpdateAssumeRolePolicy iam:DeleteRolePolicy lambda:CreateFunction lambda:EnableReplication lambda:DeleteFunction lambda:GetFunction lambda:GetFunctionConfiguration lambda:PublishVersion lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration lambda:ListTags lambda:TagResource lambda:UntagResource lambda:ListEventSourceMappings lambda:CreateEventSourceMapping route53:ChangeResourceRecordSets route53:ListHostedZonesByName route53:ListResourceRecordSets s3:CreateBucket s3:GetAccelerateConfiguration s3:GetObject s3:ListBucket s3:PutAccelerateConfiguration s3:PutBucketPolicy s3:PutObject s3:PutBucketTagging s3:GetBucketTagging sqs:CreateQueue sqs:DeleteQueue sqs:GetQueueAttributes sqs:SetQueueAttributes amplify:GetApp amplify:GetBranch amplify:UpdateApp amplify:UpdateBranch'.split(
    ' ',
  );

const grants = (action: string) => (granted: string) => granted.replace(/\*$/, '') === action || granted === action;
const holders = (roles: Role[], action: string) =>
  roles
    .filter(({ statements }) => statements.some(({ actions }) => actions.some(grants(action))))
    .map(({ name }) => name);

const code = (texts: string[]) => texts.map((text) => `\`${text}\``).join('<br>');

const roleSection = ({ name, statements }: Role) =>
  `### ${name}\n\n| may | on |\n|---|---|\n${statements.map(({ actions, resources }) => `| ${code(actions)} | ${code(resources)} |`).join('\n')}\n`;

export function permissionsPage(template: Template): string {
  const roles = rolesOf(template);
  const all = [...roles, ...siteRoles()];
  const own = [...new Set(all.flatMap(({ statements }) => statements.flatMap(({ actions }) => actions)))].sort();
  const deployer = new Set(deployerPolicy(template).Statement.flatMap(({ Action }) => Action));
  const row = (action: string) =>
    `| \`${action}\` | ${holders(all, action).join(', ') || '–'} | ${deployer.has(action) ? 'yes' : '–'} |`;
  return `# Permissions

<!-- Written by npm run docs from the packaged template and functions/prepare-site/policies.ts. -->

Amplify's guide asks for one role with the ${GUIDE.length} actions below, on everything. Towpath has a role for each function and state
machine, and two for each site; each names what it is for. On the local cloud every call is judged by them, in every test, and
\`npm test\` ends with a verdict on what its journeys recorded: it fails for a statement that no call of any journey would have
missed. \`npm run test:iam\` takes nearly each statement away in turn, and sees one of five stories fail without it. All roles together have ${own.length} different actions.

Who deploys Towpath itself (\`npm run deploy\`, \`serverless remove\`) needs [deployer-policy.json](deployer-policy.json) and nothing else: ${deployer.size}
actions on the parts of one stack. Put your account and Region in the place of \`ACCOUNT\` and \`REGION\`, your stage in the place of \`dev\`, and
give it to a role as an inline policy. It is made of the template; the local cloud loads the template with it
(\`test/cloud/policies.test.ts\`), but what CloudFormation itself asks for in AWS was not tried. Whoever has it can give the stack's own
roles any permission: keep it as you would an administrator's.

## Beside the guide's list

| action of the guide | Towpath's roles that have it | who deploys Towpath |
|---|---|---|
${GUIDE.map(row).join('\n')}

## Roles of the control plane

${roles.map(roleSection).join('\n')}
## Roles of each site

${siteRoles().map(roleSection).join('\n')}`;
}
