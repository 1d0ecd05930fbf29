import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { buildFailure } from '../../../domain/build-failure.ts';

const failedBy = (command: string) =>
  buildFailure(
    [
      { type: 'BUILD', status: 'SUCCEEDED' },
      {
        type: 'POST_BUILD',
        status: 'FAILED',
        reason: `Error while executing command: ${command}. Reason: exit status 1`,
      },
    ],
    60,
  );

test("a command of the app's is named", () => {
  expect(failedBy('npm test').message).toBe(
    'The build failed in POST_BUILD: Error while executing command: npm test. Reason: exit status 1',
  );
});

test('the collector, whose own lines say more than its command', () => {
  const buildspec = readFileSync(new URL('../../../buildspecs/build.yml', import.meta.url), 'utf8');
  const command = buildspec.split('\n').find((line) => line.includes('--out'));
  expect(failedBy(command!.replace(/^ *- /, ''))).toEqual({
    code: 'BUILD_FAILED',
    message: "The app's commands ended well, and no release could be made of what they left.",
    remedy: expect.stringContaining('"towpath: "'),
  });
});
