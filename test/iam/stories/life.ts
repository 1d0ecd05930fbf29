/**
 * A site's life: the state machines are deployed once more, then a first deployment with a secret, visitors, a second one, a
 * rollback, and the site's end.
 */
import {
  DescribeStateMachineCommand,
  paginateListStateMachines,
  SFNClient,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import type { Towpath } from '../../faults/towpath.ts';
import { Broken, type Teller } from '../teller.ts';

export async function tell({ towpath, app, site, api, connect, push, ends, visit }: Teller): Promise<void> {
  await redeployMachines(towpath);
  await connect();
  const given = { kind: 'secret', value: 'a secret of twenty characters' };
  await api('PUT', `/apps/${app}/variables/TOKEN`, { scope: 'app', given });
  for (const text of ['first', 'second']) {
    await push(text);
    await ends(`the ${text} deployment`);
    await visit(text);
  }
  await api('POST', `/sites/${site}/rollback`);
  await ends('the rollback');
  await api('DELETE', `/sites/${site}`);
  await ends('the removal');
}

/** As CloudFormation does when the template has changed: Step Functions looks at their roles again. */
async function redeployMachines({ cloud: { endpoint, region, credentials } }: Towpath): Promise<void> {
  const client = new SFNClient({ endpoint, region, credentials });
  try {
    for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {})) {
      for (const { stateMachineArn, name } of stateMachines) {
        const found = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
        const { definition, roleArn, loggingConfiguration } = found;
        const same = { stateMachineArn, definition, roleArn, loggingConfiguration };
        await client.send(new UpdateStateMachineCommand(same)).catch((error: Error) => {
          throw new Broken(`the state machine ${name} is not deployed: ${error.name}`);
        });
      }
    }
  } finally {
    client.destroy();
  }
}
