/**
 * Webhooks that Towpath makes. Each has an address and a secret of its own, both from its id: the secret is derived from the
 * stack's, so none is kept anywhere, and who knows one knows no other. docs/decisions says more.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { GitHostKind } from '../domain/deployment.ts';

const HOOK_ID = /^[0-9a-f]{32}$/;

export const newHookId = () => randomBytes(16).toString('hex');
export const isHookId = (text: string) => HOOK_ID.test(text);

/** In the form that GitLab's signing tokens have to have, 32 bytes in base64: https://docs.gitlab.com/user/project/integrations/webhooks/ */
export const hookSecret = (stackSecret: string, id: string) =>
  `whsec_${createHmac('sha256', stackSecret).update(`towpath hook ${id}`).digest('base64')}`;

const hookBase = (hooksUrl: string, kind: GitHostKind) => `${hooksUrl}/hooks/${kind}?hook=`;
export const hookUrl = (hooksUrl: string, kind: GitHostKind, id: string) => hookBase(hooksUrl, kind) + id;

/** Undefined for a hook that is not ours, or was made by hand. */
export function hookIdOf(url: string, hooksUrl: string, kind: GitHostKind): string | undefined {
  const base = hookBase(hooksUrl, kind);
  const id = url.startsWith(base) ? url.slice(base.length) : '';
  return isHookId(id) ? id : undefined;
}
