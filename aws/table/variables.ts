import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { Variable } from '../../domain/variables.ts';
import { queryAll, type Table } from './table.ts';

export type VariableStore = ReturnType<typeof createVariableStore>;

const variableKey = ({ app, scope, name }: Pick<Variable, 'app' | 'scope' | 'name'>) => ({
  pk: `APP#${app}`,
  sk: `VARIABLE#${scope}#${name}`,
});

/** One item a variable: two people who change different ones do not meet. */
export function createVariableStore(table: Table) {
  const { client, name: TableName } = table;
  const put = async (variable: Variable): Promise<void> => {
    await client.send(new PutCommand({ TableName, Item: { ...variable, ...variableKey(variable) } }));
  };
  return {
    put,

    /** For every branch, with their values. */
    async putPlain(app: string, values: Record<string, string>, updatedAt: string): Promise<void> {
      for (const [name, value] of Object.entries(values)) await put({ app, scope: 'app', name, value, updatedAt });
    },

    /** What was there. */
    async remove(variable: Pick<Variable, 'app' | 'scope' | 'name'>): Promise<Variable | undefined> {
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName, Key: variableKey(variable), ReturnValues: 'ALL_OLD' }),
      );
      return Attributes && Variable.parse(Attributes);
    },

    /** All of an app, in the order of scope and name. */
    async ofApp(app: string): Promise<Variable[]> {
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :app AND begins_with(sk, :variable)',
        ExpressionAttributeValues: { ':app': `APP#${app}`, ':variable': 'VARIABLE#' },
        ConsistentRead: true,
      });
      return items.map((item) => Variable.parse(item));
    },
  };
}
