/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
import { type At, listedTags, need, type Rows, rowsOf, tagContext } from '../need.ts';

/** By name or ARN; the ARN that counts ends in the secret's six random characters. */
async function secret({ SecretId = '' }: { SecretId?: string }, at: At): Promise<string> {
  const found = await at.look<{ ARN: string }>('secretsmanager', 'DescribeSecret', { SecretId });
  if (found) return found.ARN;
  return SecretId.startsWith('arn:') ? SecretId : named(SecretId, at);
}
const named = (name: string, at: At) => `arn:aws:secretsmanager:${at.region}:${at.accountId}:secret:${name}`;

export const secretsmanager: Rows = {
  ...rowsOf(
    ['GetSecretValue', 'PutSecretValue', 'UpdateSecret', 'DeleteSecret', 'RestoreSecret', 'DescribeSecret'],
    (name) => [need(`secretsmanager:${name}`, secret)],
  ),
  TagResource: [need('secretsmanager:TagResource', secret, { context: ({ Tags }) => tagContext(listedTags(Tags)) })],
  // The six characters are not drawn yet: a policy has to end in a wildcard.
  CreateSecret: [
    need('secretsmanager:CreateSecret', ({ Name = '' }: { Name?: string }, at) => `${named(Name, at)}-??????`, {
      context: ({ Name, Tags }) => ({ 'secretsmanager:name': Name, ...tagContext(listedTags(Tags)) }),
    }),
  ],
  ListSecrets: [need('secretsmanager:ListSecrets')],
};
