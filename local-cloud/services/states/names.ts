/** Names and paging that the operations share. */
import { AwsError } from '../../protocol/aws-error.ts';

/**
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html: 1 to 80 characters; others than
 * these are allowed there too, but CloudWatch cannot log them.
 */
const NAME = /^[0-9A-Za-z_-]{1,80}$/;

export function checkName(name: string): void {
  if (!NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}' must match ${NAME.source}`);
}

export interface Page<Item> {
  items: Item[];
  nextToken: string | undefined;
}

/** The items after the one that `nextToken` names by its key; `items` come in a fixed order. */
export function page<Item>(
  items: Item[],
  key: (item: Item) => string,
  request: { maxResults?: number; nextToken?: string },
  defaultSize = 100,
): Page<Item> {
  let first = 0;
  if (request.nextToken) {
    const last = Buffer.from(request.nextToken, 'base64url').toString('utf8');
    first = items.findIndex((item) => key(item) === last) + 1;
    if (first === 0) throw new AwsError('InvalidToken', `Invalid Token: '${request.nextToken}'`);
  }
  const size = request.maxResults || defaultSize;
  const shown = items.slice(first, first + size);
  const last = shown.at(-1);
  const more = last !== undefined && first + size < items.length;
  return { items: shown, nextToken: more ? Buffer.from(key(last)).toString('base64url') : undefined };
}
