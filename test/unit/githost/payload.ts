import { readFileSync } from 'node:fs';

/** A host's documented payload, shortened where nothing is read. */
export const payload = (name: 'gitlab-push' | 'bitbucket-push' | 'gitea-push') =>
  JSON.parse(readFileSync(new URL(`./payloads/${name}.json`, import.meta.url), 'utf8'));

export const bytes = (body: object) => Buffer.from(JSON.stringify(body));
