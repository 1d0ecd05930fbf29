import { expect, test } from '@jest/globals';
import { diagnose } from '../../../local-cloud/services/states/definition.ts';

const machine = (next: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Pass', ...next } } });

test('what was found valid stays valid, and what was refused is refused again', async () => {
  const valid = machine({ End: true });
  const invalid = machine({ Next: 'B' });
  expect(await diagnose(valid)).toEqual([]);
  expect(await diagnose(valid)).toEqual([]);
  const refused = await diagnose(invalid);
  expect(refused.map(({ code }) => code)).toContain('MISSING_TRANSITION_TARGET');
  expect(await diagnose(invalid)).toEqual(refused);
});

test('an unknown resource is refused in a machine that is valid otherwise', async () => {
  const task = (resource: string) => machine({ Type: 'Task', Resource: resource, End: true });
  expect(await diagnose(task('arn:aws:states:::lambda:invoke'))).toEqual([]);
  expect(await diagnose(task('arn:aws:states:::batch:submitJob'))).toEqual([
    expect.objectContaining({ code: 'NOT_EMULATED' }),
  ]);
});
