/** What an amplify.yml says, form by form: https://docs.aws.amazon.com/amplify/latest/userguide/yml-specification-syntax.html */
import { expect, test } from '@jest/globals';
import { amplifySettings } from '../../../preflight/amplify.ts';
import { isFinding } from '../../../preflight/finding.ts';
import { repositoryRules } from '../../../preflight/site-rules.ts';

function read(text: string, appRoot = '.', others: Record<string, string> = {}) {
  const files = new Map(Object.entries({ 'amplify.yml': text, ...others }));
  const settings = amplifySettings(files, appRoot);
  if (!settings || isFinding(settings)) throw new Error(settings?.message ?? 'none');
  return { ...settings, rules: repositoryRules(files, appRoot, settings).rules };
}

const headers = (value: string) => `customHeaders: [{ pattern: '**', headers: [{ key: X-From, value: ${value} }] }]`;
const sent = (value: string) => [{ pattern: '**', headers: [{ name: 'X-From', value }] }];

const MANY = `version: 1
env: { variables: { A: all, B: all } }
applications:
  - appRoot: apps/web/
    env: { variables: { B: web } }
    ${headers('web')}
    frontend:
      phases: { preBuild: { commands: [one] }, build: { commands: [two] }, postBuild: { commands: [three] } }
      cache: { paths: [.cache/**/*] }
    test:
      phases: { preTest: { commands: [four] }, test: { commands: [five] }, postTest: { commands: [six] } }
      artifacts: { baseDirectory: reports, configFilePath: '**/mochawesome.json', files: '**/*.png' }
  - { appRoot: apps/docs, frontend: { phases: { build: { commands: [docs] } } } }
`;

test('an application of many has its own phases, tests, cache and headers, and the variables of all', () => {
  expect(read(MANY, 'apps/web')).toMatchObject({
    environment: { A: 'all', B: 'web' },
    preBuild: ['one'],
    build: ['two'],
    postBuild: ['three'],
    tests: ['four', 'five', 'six'],
    testArtifacts: { baseDirectory: 'reports', files: ['**/*.png', '**/mochawesome.json'] },
    cachePaths: ['.cache/**/*'],
    rules: { headers: sent('web') },
    findings: [],
  });
  const docs = read(MANY, 'apps/docs');
  expect(docs).toMatchObject({ environment: { A: 'all', B: 'all' }, build: ['docs'], tests: [], findings: [] });
  expect([docs.rules.headers, docs.testArtifacts]).toEqual([undefined, undefined]);
});

test('headers in their older place count, unless there is a customHttp.yml', () => {
  const text = `version: 0.1\n${headers('amplify')}`;
  expect(read(text).rules.headers).toEqual(sent('amplify'));
  expect(read(text, '.', { 'customHttp.yml': headers('customHttp') }).rules.headers).toEqual(sent('customHttp'));
});

test('what is left empty, as in the console’s template, is as if it were not there', () => {
  const template = `version: 1
env:
  variables:
backend:
frontend:
  phases:
    # IMPORTANT - Please verify your build commands
    preBuild:
    build:
      commands: []
  artifacts:
    baseDirectory:
    files:
      - '**/*'
  cache:
    paths: []
test:
`;
  expect(read(template)).toMatchObject({
    preBuild: [],
    build: [],
    environment: {},
    artifacts: { files: ['**/*'], discardPaths: false },
    tests: [],
    findings: [],
  });
});
