import { expect, test } from '@jest/globals';
import { helpOf, overview, unknownVerb, verbNamed, wrongUsage } from '../../../cli/help.ts';

const verb = (usage: string) => ({ brief: `does ${usage}`, usage, summary: 'It does.', run: async () => 0 });
const deploy = verb('deploy [PATH] [--branch B] [--app NAME] [--json]');
const VERBS = { Begin: { up: verb('up'), deploy }, End: { remove: verb('remove SITE') } };

test('the overview names every verb under its heading', () => {
  expect(overview(VERBS)).toContain('\nBegin\n  up      does up\n  deploy  does deploy [PATH]');
  expect(overview(VERBS)).toContain('\nEnd\n  remove  does remove SITE\n');
});

test.each([
  ['remove', VERBS.End.remove],
  ['sail', undefined],
  ['toString', undefined],
])('the verb %s', (name, expected) => {
  expect(verbNamed(VERBS, name)).toBe(expected);
});

test('a mistyped verb is answered by the near one, if there is one', () => {
  expect(unknownVerb(VERBS, 'depoy')).toContain('"depoy": did you mean "deploy"?');
  expect(unknownVerb(VERBS, 'sail')).not.toContain('did you mean');
});

test.each([
  ["Unknown option '--brnch'. To specify …", 'There is no option --brnch: did you mean --branch?'],
  ["Unknown option '--sideways'", 'There is no option --sideways.'],
  ['Which site?', 'Which site?'],
])('%s is told with the usage of its verb alone', (message, told) => {
  expect(wrongUsage(message, deploy)).toBe(
    `${told}\n\nUsage: npm run towpath -- deploy [PATH] [--branch B] [--app NAME] [--json]`,
  );
});

test('a long usage is broken between options, never within one', () => {
  const options = ['a', 'b', 'c', 'd'].map((name) => `[--option-${name} VALUE [--with-${name} VALUE]]…`);
  const [first, ...more] = helpOf(verb(`long ${options.join(' ')}`)).split('\n');
  expect(first).toBe(`Usage: npm run towpath -- long ${options[0]}`);
  expect(more.slice(0, 2)).toEqual([`  ${options[1]} ${options[2]}`, `  ${options[3]}`]);
});
