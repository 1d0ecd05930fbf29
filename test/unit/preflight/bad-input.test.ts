/** What people get wrong in amplify.yml, customHttp.yml and redirects.json, each in each: refused with the line to change, or read. */
import { describe, expect, test } from '@jest/globals';
import { readAmplifyFile } from '../../../preflight/amplify-file.ts';
import { readHeadersFile } from '../../../preflight/custom-headers.ts';
import { isFinding } from '../../../preflight/finding.ts';
import { inspect } from '../../../preflight/inspect.ts';
import { readRulesFile } from '../../../preflight/rewrites.ts';
import { treeOf } from './support.ts';

/** Nine times nine times nine times nine. */
const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...['ab', 'bc', 'cd'].map(([of, to]) => `${to}: &${to} [${`*${of},`.repeat(9)}]`),
];

function amplify(text: string): string {
  const read = readAmplifyFile('amplify.yml', text);
  if (isFinding(read)) return `${read.message} ${read.remedy}`;
  return ['read', ...read.findings.map(({ message }) => message)].join(' ');
}

function customHttp(text: string): string {
  const read = readHeadersFile(text, '.');
  return 'problem' in read ? `line ${read.problem.line}: ${read.problem.message}` : 'read';
}

function redirects(text: string): string {
  const read = readRulesFile(text);
  return 'problem' in read ? `line ${read.problem.line}: ${read.problem.message}` : 'read';
}

const build = (...lines: string[]) => ['version: 1', 'frontend:', '  phases:', '    build:', ...lines].join('\n');
const headers = (...lines: string[]) => ['customHeaders:', '  - pattern: "**"', '    headers:', ...lines].join('\n');

describe('amplify.yml', () => {
  test.each([
    ['no YAML', build('      commands: ['), 'line 5, column 17: no YAML: the "[" that begins here is not closed'],
    ['no YAML further up', 'version: 1\nfrontend: }\n', 'line 2, column 11: no YAML'],
    [
      'a bracket that is missed lines later',
      build('      commands: [a', '    postBuild: { commands: [b, c] }', 'test: {}'),
      'line 5, column 17: no YAML: the "[" that begins here is not closed',
    ],
    [
      'a list that is indented unlike',
      build('      commands:', '        - a', '       - b'),
      'line 7, column 1: no YAML: its indentation fits none of the lines above',
    ],
    [
      'a second document',
      'version: 1\n---\nfrontend: {}\n',
      'line 2, column 1: no YAML: a second document begins here',
    ],
    [
      'UTF-16',
      Buffer.from(`\uFEFFversion: 1`, 'utf16le').toString(),
      'line 1, column 1: no YAML: it is written in UTF-16',
    ],
    ['prose', 'word '.repeat(10_000), `and is the string "${'word '.repeat(11)}word…. `],
    [
      'a phase that is a list',
      build('      - npm run build'),
      'line 5, column 7: frontend.phases.build has to be a mapping, and is a list. Put the list below "commands": build: { commands: [ … ] }.',
    ],
    ['a key twice', 'version: 1\nfrontend: {}\nfrontend: {}\n', 'line 3, column 1: no YAML: Map keys must be unique'],
    [
      'a key that is not known',
      build('      comands: [a]'),
      'line 5, column 7: "frontend.phases.build.comands" is no key of amplify.yml: did you mean "commands"?',
    ],
    [
      'a phase that is a string',
      build('      npm run build'),
      'line 5, column 7: frontend.phases.build has to be a mapping, and is the string "npm run build". Write the commands as a list: build: { commands: ["npm run build"] }.',
    ],
    [
      'commands that are a string',
      build('      commands: make'),
      'line 5, column 17: frontend.phases.build.commands has to be a list, and is the string "make". Write the commands as a list: commands: ["make"].',
    ],
    [
      'a command with a colon',
      build('      commands:', '        - npm ci', '        - echo done: yes'),
      'line 7, column 11: frontend.phases.build.commands.1 has to be text, and is a mapping. Put the whole command in quotes',
    ],
    [
      'a switch that is none',
      'frontend:\n  artifacts:\n    discard-paths: maybe\n',
      'line 3, column 20: frontend.artifacts.discard-paths has to be true or false, and is the string "maybe"',
    ],
    ['a command that is nothing', build('      commands:', '        -'), 'commands.0 has to be text, and is nothing'],
    [
      'a variable that is a list',
      'env:\n  variables:\n    HOSTS: [a, b]\n',
      'line 3, column 12: env.variables.HOSTS has to be text, and is a list',
    ],
    [
      'an anchor that is nowhere',
      build('      commands: *all'),
      'line 5, column 17: the alias *all stands for nothing',
    ],
    [
      'a bomb of aliases',
      [...BOMB, 'frontend: *d'].join('\n'),
      'line 5, column 11: its aliases unfold to more than 100 times what is written. Write the values out',
    ],
    ['5 MB', `version: 1\n#${'x'.repeat(5_000_000)}`, 'it is larger than 1 MB'],
    ['a list', '- a\n', 'the file has to be a mapping, and is a list'],
  ])('%s', (_, text, told) => expect(amplify(text)).toContain(told));

  test.each([
    ['anchors and aliases', `own: &own { commands: [a] }\n${build('      *own').replace('version: 1\n', '')}`],
    ['a BOM and Windows line ends', `\uFEFF${build('      commands: [a]')}`.replaceAll('\n', '\r\n')],
    ['merge keys', `own: &own { commands: [a] }\n${build('      <<: *own').replace('version: 1\n', '')}`],
    ['numbers and switches as variables', 'env:\n  variables: { PORT: 3000, DEBUG: true, NOTHING: }\n'],
  ])('%s are read, and nothing is said', (_, text) => expect(amplify(text)).toBe('read'));

  test('tabs are read, and told', () => {
    expect(amplify(build('      commands: [a]').replaceAll('  ', '\t'))).toContain(
      'indented with tabs, first in line 3',
    );
  });

  test('customHeaders in it are told by their line there, in an application of many too', () => {
    const own = headers('      - key: X-A', '        value: "a\\nb"');
    const said = (text: string, appRoot = '.') =>
      inspect(treeOf({ 'amplify.yml': text }, appRoot)).findings.find(({ code }) => code === 'CUSTOM_HTTP_INVALID')
        ?.message;
    expect(said(`version: 1\n${own}`)).toBe(
      'amplify.yml, line 6: the value of X-A has a line break: write it in one line.',
    );
    const many = `applications:\n  - appRoot: web\n    ${own.replaceAll('\n', '\n    ')}`;
    expect(said(many, 'web')).toBe('amplify.yml, line 7: the value of X-A has a line break: write it in one line.');
  });
});

describe('customHttp.yml', () => {
  test.each([
    ['no YAML', 'customHeaders: [', 'line 1: column 16: no YAML: the "["'],
    ['tabs', 'customHeaders:\n\t- pattern: "**"\n', 'line 2: column 1: no YAML: Tabs are not allowed as indentation'],
    [
      'a key that is not known',
      'customHeaders:\n  - patern: "**"\n    headers: [{ key: A, value: b }]',
      'line 2: "customHeaders.0.patern" is no key that is known here: "pattern" may be meant',
    ],
    [
      'one at the top',
      'customHeader:\n  - pattern: "**"',
      'line 1: "customHeader" is no key that is known here: "customHeaders" may be meant',
    ],
    [
      'headers that are a string',
      'customHeaders:\n  - pattern: "**"\n    headers: nope',
      'line 3: customHeaders.0.headers has to be a list, and is the string "nope"',
    ],
    [
      'a pattern that is a number',
      'customHeaders:\n  - pattern: 7\n    headers: [{ key: A, value: b }]',
      'line 2: customHeaders.0.pattern has to be text, and is the number 7',
    ],
    [
      'a value that is a mapping',
      headers('      - { key: A, value: { b: c } }'),
      'value has to be text, and is a mapping',
    ],
    ['a value that is nothing', headers('      - { key: A, value: }'), 'value has to be text, and is nothing'],
    [
      'a header with a line break',
      headers('      - key: A', '        value: |', '          b', '          c'),
      'line 5: the value of A has a line break',
    ],
    [
      'a header of two lines by its name',
      headers('      - { key: "A\\r\\nB", value: c }'),
      'line 4: "A\\r\\nB" is no name of a header',
    ],
    ['an anchor that is nowhere', 'customHeaders: *all', 'line 1: column 16: the alias *all stands for nothing'],
    ['a bomb of aliases', [...BOMB, 'customHeaders: *d'].join('\n'), 'line 5: column 16: its aliases unfold'],
    ['nothing', '', 'line 1: the file has to be a mapping, and is nothing'],
  ])('%s', (_, text, told) => expect(customHttp(text)).toContain(told));

  test.each([
    ['anchors and aliases', `${headers('      - &a { key: A, value: 1 }')}\n  - pattern: "*.js"\n    headers: [*a]`],
    ['a BOM and Windows line ends', `\uFEFF${headers('      - { key: A, value: b }')}`.replaceAll('\n', '\r\n')],
  ])('%s are read', (_, text) => expect(customHttp(text)).toBe('read'));
});

describe('redirects.json', () => {
  const rule = (...lines: string[]) => ['[', '  {', ...lines.map((line) => `    ${line}`), '  }', ']'].join('\n');
  const target = '"target": "/b", "status": "301"';
  test.each([
    ['no JSON', '[\n  {"source": \n]', 'line 2: column 14: no JSON'],
    ['a comment', '[\n  // soon\n]', 'line 2: column 3: no JSON'],
    [
      'a key that is not known',
      rule('"sorce": "/a",', target),
      'line 3: "sorce" is no key that is known here: "source" may be meant',
    ],
    [
      'a source that is a number',
      rule('"target": "/b", "status": "301",', '"source": 5'),
      'line 4: its source has to be text, and is the number 5',
    ],
    [
      'a status that there is not',
      rule('"source": "/a",', '"target": "/b",', '"status": "308"'),
      'line 5: its status has to be one of 200, 301, 302, 404, 404-200, and is the string "308"',
    ],
    [
      'a source without its slash',
      rule('"target": "/b", "status": "301",', '"source": "a"'),
      'line 4: its source starts with /',
    ],
    [
      'a target with a line break',
      rule('"source": "/a",', '"target": "/b\\r\\nset-cookie: a=b",', '"status": "301"'),
      'line 4: its target has a line break',
    ],
    [
      'a regular expression that would run for ever',
      rule('"target": "/b", "status": "301",', '"source": "</^(a+)+$/>"'),
      'line 4: its regular expression can run for ever',
    ],
    ['a circle', rule('"source": "/a", "target": "/a", "status": "301"'), 'line 2: it redirects /a in a circle'],
    ['a rule that is a string', '[\n  "a"\n]', 'line 2: a rule is { "source"'],
    ['aliases', '[\n  *a\n]', 'line 2: column 3: no JSON: there are no aliases in it'],
    ['no list', '{}', 'line 1: the rules are a list'],
  ])('%s', (_, text, told) => expect(redirects(text)).toContain(told));

  test.each([
    ['tabs', rule('"source": "/a",', target).replaceAll('  ', '\t')],
    ['a BOM and Windows line ends', `\uFEFF${rule('"source": "/a",', target)}`.replaceAll('\n', '\r\n')],
  ])('%s are read', (_, text) => expect(redirects(text)).toBe('read'));

  test.each(['redirects.json', 'customHttp.yml'])('5 MB of %s are refused', (file) => {
    const { findings } = inspect(treeOf({ [file]: ' '.repeat(5_000_000) }));
    expect(findings.map(({ message }) => message)).toContain(`${file} is larger than 1 MB.`);
  });

  test.each(['amplify.yml', 'redirects.json', 'customHttp.yml', 'apps/web/amplify.yml'])(
    '40 MB of %s are refused, too',
    (file) => {
      const appRoot = file.startsWith('apps/') ? 'apps/web' : '.';
      const { findings } = inspect(treeOf({ [file]: { bytes: 40 * 1024 ** 2 } }, appRoot));
      const { severity } = findings.find(({ message }) => message.startsWith(`${file} has 40 MB`)) ?? {};
      expect(severity).toBe('error');
    },
  );
});
