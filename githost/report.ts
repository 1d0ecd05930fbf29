/** Tells the Git host how a commit's deployment goes. A courtesy: that it could not be told never fails a deployment. */
import type { Commit, Deployment } from '../domain/deployment.ts';
import type { TowpathError } from '../domain/errors.ts';
import { problemOf, unreachable } from './ask.ts';
import { gitHost } from './hosts.ts';
import type { Send } from './send.ts';
import { pauseAsked } from './throttling.ts';
import type { CommitStatus } from './types.ts';

export type Reported =
  | { outcome: 'set' }
  /** Asked again, the host would say the same. */
  | { outcome: 'refused'; problem: TowpathError }
  | { outcome: 'again'; problem: TowpathError; afterSeconds: number };

const TIMEOUT_MS = 5_000;

/** One line for each site in the commit's list of checks. */
export const statusContext = ({ site }: Pick<Deployment, 'site'>) => `towpath/${site}`;

/** Never rejects. */
export async function reportStatus(
  { repository, commit }: Pick<Deployment, 'repository'> & { commit: Pick<Commit, 'sha'> },
  status: CommitStatus,
  { send, token }: { send: Send; token?: string },
): Promise<Reported> {
  const request = gitHost(repository.host).statusRequest(repository, commit.sha, status, token);
  try {
    const response = await send(request, { timeoutMs: TIMEOUT_MS });
    if (response.ok) {
      await response.body?.cancel();
      return { outcome: 'set' };
    }
    const about = `the status of commit ${commit.sha.slice(0, 7)} of ${repository.name}`;
    const problem = await problemOf(response, request, about);
    await response.body?.cancel();
    if (!problem.retryable) return { outcome: 'refused', problem };
    const throttled = problem.code === 'GIT_HOST_THROTTLED';
    return {
      outcome: 'again',
      problem,
      afterSeconds: throttled ? Math.ceil(pauseAsked(response, Date.now()) / 1000) : 0,
    };
  } catch (error) {
    return { outcome: 'again', problem: unreachable(request, error as Error), afterSeconds: 0 };
  }
}
