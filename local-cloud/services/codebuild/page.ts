/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ListBuilds.html: 100 items a page. */
import { AwsError } from '../../protocol/aws-error.ts';

const PAGE_SIZE = 100;

/** The items after the one that `nextToken` names. */
export function page(items: string[], nextToken: string | undefined): { items: string[]; nextToken?: string } {
  const first = nextToken === undefined ? 0 : items.indexOf(Buffer.from(nextToken, 'base64url').toString()) + 1;
  if (nextToken !== undefined && first === 0) throw new AwsError('InvalidInputException', 'Invalid token');
  const shown = items.slice(first, first + PAGE_SIZE);
  const more = first + PAGE_SIZE < items.length;
  return { items: shown, ...(more && { nextToken: Buffer.from(shown.at(-1) ?? '').toString('base64url') }) };
}
