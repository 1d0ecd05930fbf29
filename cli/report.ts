/** What every command that follows a deployment shows: its progress, then its address or, with `--json`, its report; and the exit code. */
import type { DeploymentReport } from './follow.ts';
import type { Running } from './running.ts';

/** With `--json`, standard output is the report's alone. */
export const progressLines = (json: boolean) =>
  json ? (line: string) => console.error(line) : (line: string) => console.log(line);

export async function finish(
  report: DeploymentReport,
  running: Partial<Pick<Running, 'endpoint'>>,
  json: boolean,
  show: (line: string) => void,
): Promise<number> {
  const { endpoint } = running;
  if (report.url && endpoint) report.url = await reachableUrl(endpoint, report.url);
  if (report.status === 'succeeded') show(`\nLive: ${report.url}`);
  if (json) console.log(JSON.stringify(report));
  return report.status === 'failed' ? 1 : 0;
}

/** A site's address on 127.0.0.1: not every resolver knows names under .localhost. */
export async function reachableUrl(endpoint: string, url: string): Promise<string> {
  const { distributions } = (await (await fetch(`${endpoint}/_local`)).json()) as {
    distributions: { domainName: string; names: string[]; url: string }[];
  };
  const { host } = new URL(url);
  return distributions.find(({ domainName, names }) => domainName === host || names.includes(host))?.url ?? url;
}
