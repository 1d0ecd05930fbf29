/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
import { type At, listedTags, need, type Rows, rowsOf, tagContext } from '../need.ts';

/** `name`, `/path/name`, an ARN; each with or without `:version`. The ARN has one slash before the name. */
const arnOf = (name: string, at: At) =>
  name.startsWith('arn:')
    ? name
    : `arn:aws:ssm:${at.region}:${at.accountId}:parameter/${name.replace(/^\//, '').replace(/:.*$/, '')}`;
const one = ({ Name = '' }: { Name?: string }, at: At) => arnOf(Name, at);
const several = ({ Names = [] }: { Names?: string[] }, at: At) => Names.map((name) => arnOf(name, at));
const tagged = ({ ResourceId = '' }: { ResourceId?: string }, at: At) => arnOf(ResourceId, at);

export const ssm: Rows = {
  GetParameter: [need('ssm:GetParameter', one)],
  GetParameters: [need('ssm:GetParameters', several)],
  GetParametersByPath: [
    need('ssm:GetParametersByPath', ({ Path = '' }: { Path?: string }, at) => arnOf(Path.replace(/(.)\/$/, '$1'), at), {
      context: ({ Recursive }: { Recursive?: boolean }) => ({ 'ssm:recursive': String(Recursive ?? false) }),
    }),
  ],
  PutParameter: [
    need('ssm:PutParameter', one, {
      context: ({ Overwrite, Tags }) => ({
        'ssm:overwrite': String(Overwrite ?? false),
        ...tagContext(listedTags(Tags)),
      }),
    }),
  ],
  DeleteParameter: [need('ssm:DeleteParameter', one)],
  DeleteParameters: [need('ssm:DeleteParameters', several)],
  ...rowsOf(['AddTagsToResource', 'ListTagsForResource'], (name) => [need(`ssm:${name}`, tagged)]),
  DescribeParameters: [need('ssm:DescribeParameters')],
};
