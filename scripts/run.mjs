/**
 * `node scripts/run.mjs <file.ts> [arguments]`: installs the dependencies if they are missing or older than the lockfile,
 * then runs the file on the Node.js that package.json pins. Plain JavaScript, because it starts on whatever Node is there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './alone.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = join(root, 'node_modules', '.package-lock.json');
const pinnedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

const ORPHAN_POLL_MILLISECONDS = 500;

const isCurrent = () =>
  existsSync(installed) &&
  existsSync(pinnedNode) &&
  statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;

function install() {
  process.stderr.write('Installing dependencies (npm ci)…\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr.fd, process.stderr.fd],
  });
  if (status !== 0) {
    process.stderr.write(
      'npm ci failed: see the lines above. Towpath needs Node 20 or newer, npm, and a reachable npm registry.\n',
    );
    process.exit(1);
  }
}

if (!isCurrent()) {
  const lock = join(root, '.installing');
  if (existsSync(lock)) process.stderr.write('Another process installs the dependencies: waiting for it…\n');
  // Two that install together take the files from each other.
  await alone(lock, async () => isCurrent() || install());
}
const [file, ...args] = process.argv.slice(2);
// Half of V8's default: an idle local cloud would keep 40 MB more of garbage, and a burst of requests wants more than little room.
const options = ['--max-semi-space-size=8'];
// Node keeps what it compiled, types stripped, for the next run, and for what this one starts: it halves the time to start.
const compiled = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'towpath') };
const child = spawn(pinnedNode, [...options, join(root, file), ...args], {
  stdio: 'inherit',
  env: { ...compiled, ...process.env },
});
// Ctrl-C reaches the child by the terminal; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));

// A signal that npm alone gets ends npm alone: who is left without it ends, too.
const parent = process.ppid;
if (process.env.npm_lifecycle_event)
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), ORPHAN_POLL_MILLISECONDS).unref();
