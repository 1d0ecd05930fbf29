/** Finds Chromium for the browser tier, and installs Debian's package where that is possible. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

export function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [
    process.env.CHROME_PATH ?? '',
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    MAC,
  ];
  return candidates.find((path) => path !== '' && existsSync(path));
}

export async function ensureBrowser(log: (line: string) => void): Promise<string> {
  const found = findBrowser();
  if (found) return found;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  log('Installing Chromium for the browser tests (apt-get)…');
  apt([...asRoot, 'apt-get', 'update', '-qq']);
  apt([...asRoot, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  const installed = findBrowser();
  if (installed) return installed;
  throw new Error('The browser tests need Chromium or Chrome: install it, or set CHROME_PATH to its executable.');
}

function apt([command = '', ...args]: string[]): void {
  spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
