/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
import { type At, isEmpty, need, passRole, type Rows, rowsOf, tagContext } from '../need.ts';
import type { Context } from '../pattern.ts';

interface Named {
  FunctionName?: string;
  Qualifier?: string;
}

/** A name, a partial or a full ARN, each with or without a qualifier. */
const FUNCTION = /^(?:arn:[^:]*:lambda:([^:]*):([^:]*):)?(?:(?:(\d{12}):)?function:)?([^:]+)(?::(.+))?$/;

function functionArn(given: string, qualifier: string | undefined, at: At): string {
  const [, region, account, otherAccount, name = given, ownQualifier] = FUNCTION.exec(given) ?? [];
  const version = qualifier ?? ownQualifier;
  const owner = account ?? otherAccount ?? at.accountId;
  return `arn:aws:lambda:${region ?? at.region}:${owner}:function:${name}${version ? `:${version}` : ''}`;
}

/** The function as a whole, whatever version the input names. */
const wholeFunction = ({ FunctionName = '' }: Named, at: At) =>
  functionArn(FunctionName, undefined, at).split(':').slice(0, 7).join(':');
/** The version or alias that the input names. */
const version = ({ FunctionName = '', Qualifier }: Named, at: At) => functionArn(FunctionName, Qualifier, at);
const tagged = ({ Resource = '' }: { Resource?: string }) => Resource;

const toLambda = passRole('lambda.amazonaws.com', ({ Role }: { Role?: string }) => Role);

const onFunction = [
  'UpdateFunctionCode',
  'PublishVersion',
  'ListVersionsByFunction',
  'CreateAlias',
  'UpdateAlias',
  'GetAlias',
  'DeleteAlias',
  'ListAliases',
  'PutFunctionConcurrency',
  'GetFunctionConcurrency',
  'DeleteFunctionConcurrency',
  'ListFunctionEventInvokeConfigs',
];
const onVersion = [
  'GetFunction',
  'GetFunctionConfiguration',
  'DeleteFunction',
  'AddPermission',
  'RemovePermission',
  'GetPolicy',
  'PutFunctionEventInvokeConfig',
  'UpdateFunctionEventInvokeConfig',
  'GetFunctionEventInvokeConfig',
  'DeleteFunctionEventInvokeConfig',
];

const mapping = ({ UUID }: { UUID?: string }, at: At) =>
  `arn:aws:lambda:${at.region}:${at.accountId}:event-source-mapping:${UUID}`;
/** Of the input, or of the mapping that is there already. */
async function mappedFunction(input: Named & { UUID?: string }, at: At): Promise<Context> {
  if (input.FunctionName) return { 'lambda:functionarn': version(input, at) };
  const { UUID } = input;
  const found = await at.look<{ FunctionArn: string }>('lambda', 'GetEventSourceMapping', { UUID });
  return found ? { 'lambda:functionarn': found.FunctionArn } : {};
}

export const lambda: Rows = {
  Invoke: [need('lambda:InvokeFunction', version)],
  // The caller's s3:GetObject on the package is asked for when Lambda fetches it as the caller.
  CreateFunction: [
    need('lambda:CreateFunction', wholeFunction, { context: ({ Tags }) => tagContext(Tags) }),
    need('lambda:TagResource', (input, at) => (isEmpty(input.Tags) ? [] : wholeFunction(input, at)), {
      context: ({ Tags }) => tagContext(Tags),
    }),
    toLambda,
  ],
  UpdateFunctionConfiguration: [need('lambda:UpdateFunctionConfiguration', wholeFunction), toLambda],
  ...rowsOf(onFunction, (name) => [need(`lambda:${name}`, wholeFunction)]),
  ...rowsOf(onVersion, (name) => [need(`lambda:${name}`, version)]),
  ListFunctions: [need('lambda:ListFunctions')],
  TagResource: [need('lambda:TagResource', tagged, { context: ({ Tags }) => tagContext(Tags) })],
  UntagResource: [need('lambda:UntagResource', tagged)],
  ListTags: [need('lambda:ListTags', tagged)],

  CreateEventSourceMapping: [need('lambda:CreateEventSourceMapping', undefined, { context: mappedFunction })],
  ...rowsOf(['UpdateEventSourceMapping', 'DeleteEventSourceMapping', 'GetEventSourceMapping'], (name) => [
    need(`lambda:${name}`, mapping, { context: mappedFunction }),
  ]),
  ListEventSourceMappings: [need('lambda:ListEventSourceMappings')],
};
