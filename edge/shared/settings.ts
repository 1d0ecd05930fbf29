import { readFileSync } from 'node:fs';
import type { EdgeSettings, ImageSettings as PackagedImageSettings } from '../../domain/release.ts';
import type { EdgeContent } from '../../domain/routing.ts';
import { fetchSecrets } from './secrets.ts';

/** towpath.json, typed: the manifest's opaque `edge` is ours to read. The packager validated it, so it is parsed plainly. */
export interface Settings extends Omit<EdgeSettings, 'edge'> {
  edge: EdgeContent;
}

/** The image function's. */
export interface ImageSettings extends Omit<PackagedImageSettings, 'edge'> {
  edge: Pick<EdgeContent, 'images'>;
}

/** towpath.json beside the function's module. */
export const readSettings = <T>(moduleUrl: string) =>
  JSON.parse(readFileSync(new URL('./towpath.json', moduleUrl), 'utf8')) as T;

/**
 * The visitor's host is the distribution's own: CloudFront answers no other, and the viewer function lets nobody claim one. Auth.js
 * and next-auth ask to be told: https://authjs.dev/reference/core#trusthost
 */
const TOLD = { AUTH_TRUST_HOST: 'true' };

/**
 * Reads towpath.json beside the function's module, once at start, and sets the app's environment variables: Lambda@Edge
 * has none of its own, and Next reads them while it loads.
 */
export async function loadSettings(moduleUrl: string): Promise<Settings> {
  const settings = readSettings<Settings>(moduleUrl);
  const secrets = settings.secrets && (await fetchSecrets(settings.secrets));
  const fixed = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  Object.assign(process.env, TOLD, settings.environment, secrets, fixed);
  return settings;
}
