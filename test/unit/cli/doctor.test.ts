/** What `towpath doctor` reads of a folder. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { describe as describeInspection, examine } from '../../../cli/doctor.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'towpath-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
const codesOf = async (path: string) => (await examine(path)).findings.map(({ code }) => code);

const secret = 'API_TOKEN=9c1f0a7e55aa\n';
const app = {
  'package.json': '{"scripts":{"build":"next build"},"dependencies":{"next":"15.5.29"}}',
  'package-lock.json': '{"packages":{"node_modules/next":{"version":"15.5.29"}}}',
};

test('in a repository, ignored files do not count, and those that were not added yet do', async () => {
  git('init', '--quiet');
  write({ ...app, '.gitignore': '.env.local\n', '.env.local': secret });
  expect(await codesOf(folder)).toEqual([]);
  write({ '.env': secret, 'node_modules/x/public/static/a': '' });
  expect(await codesOf(folder)).toEqual(['SECRET_COMMITTED']);
});

test('a file that Git has despite .gitignore counts; one that is deleted does not', async () => {
  git('init', '--quiet');
  write({ ...app, '.gitignore': '.env*\n', '.env.local': secret, 'yarn.lock': '' });
  git('add', '--force', '.env.local', 'yarn.lock');
  rmSync(join(folder, 'yarn.lock'));
  expect(await codesOf(folder)).toEqual(['SECRET_COMMITTED']);
});

test('an app in a folder of a repository is named as in the repository, with the lockfile of the root', async () => {
  git('init', '--quiet');
  write({
    'apps/web/package.json': app['package.json'],
    'package-lock.json': app['package-lock.json'],
    'yarn.lock': '',
  });
  const { plan, findings } = await examine(join(folder, 'apps/web'));
  expect(plan.packageFile).toBe('apps/web/package.json');
  expect(findings.map(({ code }) => code)).toEqual(['SECOND_LOCKFILE']);
});

test('a folder that is in no repository is read without what nobody commits', async () => {
  write({ ...app, '.next/package.json': '{', 'node_modules/next/.gitmodules': '', 'public/static/a.txt': 'a' });
  expect(await codesOf(folder)).toEqual(['PUBLIC_STATIC']);
});

test('the terminal shows what was seen, what to do and where to read on', async () => {
  write({ 'package.json': '{,}' });
  const text = describeInspection(await examine(folder));
  expect(text).toContain('error   PACKAGE_JSON_INVALID\n        package.json is no valid JSON (line 1, column 2)');
  expect(text).toContain('docs/reference/checks.md#package_json_invalid');
  expect(text).toMatch(/\n1 error, 0 warnings\.$/);
});

test('a folder that is not there is a usage error', async () => {
  await expect(examine(join(folder, 'nowhere'))).rejects.toMatchObject({ name: 'CliError', exitCode: 2 });
});
