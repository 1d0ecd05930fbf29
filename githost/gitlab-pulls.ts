/** https://docs.gitlab.com/user/project/integrations/webhook_events/#merge-request-events */
import * as z from 'zod';
import { Commit } from '../domain/deployment.ts';
import type { Ignored, PullRequest } from './changes.ts';
import {
  BranchName,
  ignored,
  ProjectPath,
  type PullActions,
  PullNumber,
  parseBody,
  pullRequest,
  WebUrl,
} from './delivery.ts';

/** `pushed` is ours: an update that has an older revision brought commits, any other changed the title or a label. */
const ACTIONS: PullActions = { open: 'opened', reopen: 'opened', pushed: 'updated', close: 'closed', merge: 'closed' };

const Body = z.object({
  project: z.object({ path_with_namespace: ProjectPath, web_url: WebUrl }),
  object_attributes: z.object({
    iid: PullNumber,
    /** Absent when it was made through the API alone. */
    action: z.string().default('open'),
    oldrev: z.string().optional(),
    title: z.string().catch(''),
    source_branch: BranchName,
    source_project_id: z.number().nullish(),
    target_project_id: z.number(),
    last_commit: z.object({ id: Commit.shape.sha, message: z.string().catch('') }),
  }),
});

export function parseMergeRequest(deliveryId: string, json: string): PullRequest | Ignored {
  const parsed = parseBody(Body, json);
  if ('problem' in parsed) return ignored(parsed.problem);
  const { project, object_attributes: about } = parsed.body;
  const action = about.action === 'update' && about.oldrev !== undefined ? 'pushed' : about.action;
  return pullRequest(action, ACTIONS, {
    deliveryId,
    repository: { host: 'gitlab', name: project.path_with_namespace, url: project.web_url },
    number: about.iid,
    branch: about.source_branch,
    isFork: about.source_project_id !== about.target_project_id,
    sha: about.last_commit.id,
    message: about.last_commit.message || about.title,
  });
}
