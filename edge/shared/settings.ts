import { readFileSync } from 'node:fs';
import type { EdgeSettings } from '../../domain/release.ts';
import type { EdgeContent } from '../../domain/routing.ts';
import { fetchSecrets } from './secrets.ts';

/** towpath.json, typed: the manifest's opaque `edge` is ours to read. */
export interface Settings extends Omit<EdgeSettings, 'edge'> {
  edge: EdgeContent;
}

/**
 * Reads towpath.json beside the function's module, once at start, and sets the app's environment variables: Lambda@Edge
 * has none of its own, and Next reads them while it loads. The packager validated the file, so it is parsed plainly here.
 */
export async function loadSettings(moduleUrl: string): Promise<Settings> {
  const settings = JSON.parse(readFileSync(new URL('./towpath.json', moduleUrl), 'utf8')) as Settings;
  const secrets = settings.secrets && (await fetchSecrets(settings.secrets));
  Object.assign(process.env, settings.environment, secrets, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' });
  return settings;
}
