/** `npm run bench:doctor`: how long `towpath doctor` takes on an app of 2,000 files, start of the process included. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FILES = 2_000;
const TARGET_MS = 1_500;
const RUNS = 5;
const root = join(import.meta.dirname, '..');

const component = (index: number) =>
  `import Image from 'next/image'\nimport Link from 'next/link'\n\nexport default function Part${index}() {\n` +
  `${'  // A line of source as people write it, some eighty characters or so long.\n'.repeat(40)}` +
  `  return <Image src="/images/${index}.png" width={640} height={480} alt="" />\n}\n`;

function writeApp(folder: string) {
  const next = { name: 'bench', scripts: { build: 'next build' }, dependencies: { next: '15.5.29' } };
  const packages = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`node_modules/p${index}`, { version: '1.0.0' }]),
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify(next));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ lockfileVersion: 3, packages: { ...packages, 'node_modules/next': { version: '15.5.29' } } }),
  );
  for (let index = 0; index < FILES - 2; index++) {
    const parent = join(folder, index % 2 ? 'components' : 'public/images', String(index % 50));
    mkdirSync(parent, { recursive: true });
    writeFileSync(
      join(parent, index % 2 ? `part-${index}.tsx` : `${index}.png`),
      index % 2 ? component(index) : 'x'.repeat(20_000),
    );
  }
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  execFileSync('git', ['add', '--all'], { cwd: folder });
}

const folder = mkdtempSync(join(tmpdir(), 'towpath-bench-'));
try {
  writeApp(folder);
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    const { status, stdout } = spawnSync(process.execPath, [join(root, 'cli/towpath.ts'), 'doctor', folder, '--json'], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`doctor ended with ${status}: ${stdout}`);
    return performance.now() - started;
  }).sort((a, b) => a - b);
  const median = times[Math.floor(RUNS / 2)]!;
  const verdict = median <= TARGET_MS ? 'met' : 'NOT MET';
  console.log(
    `doctor, ${FILES} files: ${Math.round(median)} ms (median of ${RUNS}), target ${TARGET_MS} ms: ${verdict}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
