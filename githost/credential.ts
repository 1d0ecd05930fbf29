/**
 * What an app keeps to speak to its Git host: a token as it is, or a GitHub App's key, which makes tokens that last an hour.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation
 */
import { createPrivateKey, createSign } from 'node:crypto';
import * as z from 'zod';
import type { Repository } from '../domain/deployment.ts';
import { callBuilder } from './api.ts';
import { ask } from './ask.ts';
import { gitProblem } from './errors.ts';
import { apiHeaders, apiRoot } from './github-api.ts';
import type { Send } from './send.ts';

const GitHubApp = z.object({ appId: z.string(), installationId: z.string().regex(/^\d+$/), privateKey: z.string() });
type GitHubApp = z.infer<typeof GitHubApp>;

const InstallationToken = z.object({ token: z.string(), expires_at: z.iso.datetime({ offset: true }) });

interface CredentialParts {
  send: Send;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** GitHub takes ten minutes at most, and its clock may be behind. */
const JWT_SECONDS = 540;
const CLOCK_SECONDS = 60;
/** A deployment's download may begin late. */
const SPARE_MILLISECONDS = 10 * 60_000;

function readApp(credential: string): GitHubApp {
  try {
    const app = GitHubApp.parse(JSON.parse(credential));
    createPrivateKey(app.privateKey);
    return app;
  } catch (cause) {
    throw gitProblem('GIT_TOKEN_REFUSED', "The GitHub App's id, installation or private key cannot be read.", {
      cause,
    });
  }
}

function jwtOf({ appId, privateKey }: GitHubApp, now: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(now / 1000);
  const claims = { iat: seconds - CLOCK_SECONDS, exp: seconds + JWT_SECONDS, iss: appId };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
}

/** Keeps what it was given while that is good. Never log what it answers, never put it into a state. */
export function createCredentials({ send, now }: CredentialParts) {
  const kept = new Map<string, { token: string; until: number }>();

  return async (credential: string, repository: Repository): Promise<string> => {
    if (!credential.startsWith('{')) return credential;
    const app = readApp(credential);
    const url = `${apiRoot(repository.url)}/app/installations/${app.installationId}/access_tokens`;
    const known = kept.get(`${url} ${credential}`);
    if (known && known.until > now()) return known.token;
    const call = callBuilder(apiHeaders(jwtOf(app, now())))('POST', url, InstallationToken, {});
    const { token, expires_at } = await ask(call, `installation ${app.installationId} of the GitHub App`, send);
    kept.set(`${url} ${credential}`, { token, until: Date.parse(expires_at) - SPARE_MILLISECONDS });
    return token;
  };
}
