/** What the guards of protected sites are made of. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { distributionsClient, secretsClient } from '../../aws/clients.ts';
import { createSecrets } from '../../aws/secrets.ts';
import { createAccessStore } from '../../aws/table/access.ts';
import type { Table } from '../../aws/table/table.ts';
import { createViewerFunctions } from '../../aws/viewer-functions.ts';
import { environment } from '../../middleware/environment.ts';
import type { GuardPorts } from './guard.ts';

export function guardPorts(table: Table): GuardPorts {
  const { ACCESS_SECRET_ID, LAMBDA_TASK_ROOT } = environment('ACCESS_SECRET_ID', 'LAMBDA_TASK_ROOT');
  const secrets = createSecrets(secretsClient());
  return {
    access: createAccessStore(table),
    functions: createViewerFunctions(distributionsClient()),
    secret: () => secrets.value(ACCESS_SECRET_ID),
    template: (kind) => readFile(join(LAMBDA_TASK_ROOT, `build/viewer/${kind}-guarded.txt`), 'utf8'),
  };
}
