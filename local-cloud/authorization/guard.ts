/** Puts the authorisation before every operation of a service. */
import type { Operations, Service } from '../service.ts';
import type { Authorizer } from './authorizer.ts';

/**
 * In the service's own table, where its wire and calls from inside both look: an operation cannot be reached around it.
 */
export function guard(service: Service, authorizer: Authorizer): void {
  const operations: Operations = service.operations;
  for (const [operation, run] of Object.entries(operations)) {
    operations[operation] = async (input, caller) => {
      const call = { scope: service.scope, operation, input, caller };
      await authorizer.authorize(call);
      try {
        return await run(input, caller);
      } catch (error) {
        throw await authorizer.tell(call, error);
      }
    };
  }
}
