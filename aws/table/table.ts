/**
 * The one table, `pk`/`sk` with the index `gsi1` (`gsi1pk`/`gsi1sk`):
 *
 *   app                 APP#<app>                     APP                  gsi1 APPS            <app>
 *   app's settings      APP#<app>                     SETTINGS
 *   variable            APP#<app>                     VARIABLE#<scope>#<name>
 *   apps of a repo      REPOSITORY#<host>#<name>      APP#<app>
 *   site                SITE#<site>                   SITE                 gsi1 APP#<app>       SITE#<site>
 *   deployment          DEPLOYMENT#<id>               DEPLOYMENT           gsi1 SITE#<site>     DEPLOYMENT#<id>
 *   timeline entry      DEPLOYMENT#<id>               STEP#<step>
 *   release             SITE#<site>                   RELEASE#<release>
 *   webhook             HOOK#<id>                     HOOK                 gsi1 REPOSITORY#<host>#<name> HOOK#<id>
 *   API token           TOKEN#<hash>                  TOKEN
 *   API tokens by name  TOKENS                        TOKEN#<name>
 *   protected site      ACCESS                        SITE#<site>
 *   webhook delivery    DELIVERY#<host>#<id>          DELIVERY             ttl
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';

export interface Table {
  client: DynamoDBDocumentClient;
  name: string;
}

/** What a conditional write answered, or undefined when its condition did not hold. */
export async function unlessRefused<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** Every item that a query finds, page after page, up to `limit`. */
export async function queryAll(
  { client, name }: Table,
  query: Omit<QueryCommandInput, 'TableName'>,
  limit = Number.POSITIVE_INFINITY,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(new QueryCommand({ ...query, TableName: name, ExclusiveStartKey }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey && items.length < limit);
  return items.slice(0, limit);
}

/** `SET a = :a, …` of the defined fields, with names and values that no reserved word can meet. */
export function setExpression(fields: Record<string, unknown>) {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    set: given.map(([name]) => `#${name} = :${name}`).join(', '),
    names: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
  };
}
