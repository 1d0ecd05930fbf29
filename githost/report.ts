/** Tells the Git host how a commit's deployment goes. A courtesy: that it could not be told never fails a deployment. */
import type { Deployment } from '../domain/deployment.ts';
import { gitHost } from './hosts.ts';
import type { SendOptions } from './send.ts';
import type { CommitStatus, HostRequest } from './types.ts';

export interface ReportPorts {
  send: (request: HostRequest, options: SendOptions) => Promise<Response>;
  token?: string;
  log: (entry: object) => void;
}

const TIMEOUT_MS = 5_000;

/** One line for each site in the commit's list of checks. */
export const statusContext = ({ site }: Pick<Deployment, 'site'>) => `towpath/${site}`;

export async function reportStatus(
  { id, repository, commit }: Pick<Deployment, 'id' | 'repository' | 'commit'>,
  status: CommitStatus,
  { send, token, log }: ReportPorts,
): Promise<void> {
  const request = gitHost(repository.host).statusRequest(repository, commit.sha, status, token);
  const failed = (reason: string) =>
    log({ level: 'warn', message: 'commit status not set', deployment: id, state: status.state, reason });
  try {
    const response = await send(request, { timeoutMs: TIMEOUT_MS });
    await response.body?.cancel();
    if (!response.ok) failed(`${new URL(request.url).host} answered ${response.status}`);
  } catch (error) {
    failed(String(error));
  }
}
