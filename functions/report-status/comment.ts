/** What a pull request hears of its preview: one comment, kept up to date. A courtesy: it never fails a deployment. */
import type { DeploymentRecord } from '../../domain/deployment.ts';
import { putComment, type Send } from '../../githost/index.ts';

export interface CommentPorts {
  send: Send;
  token?: string;
  log: (entry: object) => void;
}

const SHORT_SHA = 7;

/** Markdown; undefined while there is nothing to say. What users wrote is no part of it. Pure. */
export function previewText({ status, site, url, commit, error, removes }: DeploymentRecord): string | undefined {
  if (removes) return status === 'succeeded' ? `Preview \`${site}\` was taken away.` : undefined;
  const of = `Preview \`${site}\` of ${commit.sha.slice(0, SHORT_SHA)}`;
  if (status === 'succeeded' && url) return `${of} is live: ${url}`;
  if (status !== 'failed') return undefined;
  return `${of} failed${error?.step ? ` in ${error.step}` : ''} (\`${error?.code ?? 'UNKNOWN'}\`).`;
}

export async function commentPreview(deployment: DeploymentRecord, { send, token, log }: CommentPorts): Promise<void> {
  const { preview, repository, app, id } = deployment;
  const text = preview && previewText(deployment);
  if (!text) return;
  try {
    await putComment({ repository, number: preview.number, app }, text, { send, token });
  } catch (error) {
    log({ level: 'warn', message: 'pull request not told of its preview', deployment: id, reason: String(error) });
  }
}
