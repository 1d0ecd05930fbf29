/** What the operations of this service share; made once in index.ts. */
import { randomUUID } from 'node:crypto';
import type { Environment } from '../../service.ts';
import type { CodeStore } from './code.ts';
import type { Pool } from './execution/pool.ts';
import type { Settling } from './role.ts';
import type { LambdaStore } from './store.ts';

export interface LambdaContext {
  environment: Environment;
  store: LambdaStore;
  code: CodeStore;
  pool: Pool;
  settling: Settling;
}

/** What each change of a configuration gives it. */
export const stamp = (environment: Environment): { LastModified: string; RevisionId: string } => ({
  LastModified: new Date(environment.now()).toISOString().replace('Z', '+0000'),
  RevisionId: randomUUID(),
});
