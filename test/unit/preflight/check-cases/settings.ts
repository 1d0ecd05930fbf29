/** Checks of amplify.yml, redirects.json and customHttp.yml. */
import { amplify, checkCases, commands, sound } from './case.ts';

/** Ten lines that unfold to nine to the tenth of a word. */
function bomb(): string {
  const level = (index: number) =>
    `a${index}: &a${index} [${Array(9)
      .fill(index ? `*a${index - 1}` : 'x')
      .join(', ')}]`;
  return `version: 1\n${Array.from({ length: 10 }, (_, index) => level(index)).join('\n')}\n`;
}

export const SETTINGS_CASES = checkCases({
  AMPLIFY_YML_INVALID: [
    {
      trips: { ...sound, 'amplify.yml': 'version: 1\nfrontend:\n  phases: [' },
      says: 'amplify.yml: line 3, column 11: no YAML',
      at: { file: 'amplify.yml', line: 3 },
      passes: { ...sound, 'amplify.yml': `\uFEFF${amplify(commands)}`.replaceAll('\n', '\r\n') },
    },
    {
      trips: { ...sound, 'amplify.yml': amplify('      npm run build\n') },
      says: 'amplify.yml: line 5, column 7: frontend.phases.build has to be a mapping, and is the string "npm run build".',
      at: { file: 'amplify.yml', line: 5, column: 7 },
      passes: { ...sound, 'amplify.yml': amplify('') },
    },
    {
      trips: { ...sound, 'amplify.yml': amplify('      commands: npm run build\n') },
      says: 'frontend.phases.build.commands has to be a list',
      passes: { ...sound, 'amplify.yml': amplify(commands) },
    },
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}#${'x'.repeat(1_000_000)}` },
      says: 'larger than 1 MB',
      passes: { ...sound, 'amplify.yml': `${amplify(commands)}#${'x'.repeat(900_000)}` },
    },
    {
      trips: { ...sound, 'amplify.yml': bomb() },
      says: 'its aliases unfold to more than 100 times',
      passes: { ...sound, 'amplify.yml': `${amplify('      &own { commands: [a] }')}\n    preBuild: *own\n` },
    },
    {
      trips: { ...sound, 'amplify.yml': amplify('      commands: *nowhere\n') },
      says: 'line 5, column 17: the alias *nowhere stands for nothing',
      passes: sound,
    },
    { trips: { ...sound, 'amplify.yml': '- just\n- a list\n' }, says: 'the file has to be a mapping', passes: sound },
  ],
  AMPLIFY_KEY_UNKNOWN: [
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}    prebuild: { commands: [a] }\n` },
      says: 'amplify.yml: line 6, column 5: "frontend.phases.prebuild" is no key of amplify.yml: did you mean "preBuild"?',
      at: { file: 'amplify.yml', line: 6, column: 5 },
      passes: { ...sound, 'amplify.yml': `${amplify(commands)}    preBuild: { commands: [a] }\n` },
    },
    {
      trips: { ...sound, 'amplify.yml': 'applications:\n  - appRoot: ./\n    frontend: { colour: red }\n' },
      says: '"applications.frontend.colour" is no key of amplify.yml.',
      passes: {
        ...sound,
        'amplify.yml':
          "version: 0.1\nenv: { variables: { anything: 1 } }\nfrontend:\n  buildPath: /\n  artifacts: { baseDirectory: .next, files: ['**/*'], discard-paths: yes }\n",
      },
    },
  ],
  AMPLIFY_YML_TABS: [
    {
      trips: { ...sound, 'amplify.yml': amplify(commands).replaceAll('  ', '\t') },
      says: 'indented with tabs, first in line 3',
      passes: { ...sound, 'amplify.yml': amplify('      commands:\n        - |\n          a\n          \tb\n') },
    },
  ],
  AMPLIFY_SECTION_IGNORED: [
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}backend: { phases: { build: { commands: [x] } } }\n` },
      says: 'amplify.yml has "backend"',
      passes: { ...sound, 'amplify.yml': `${amplify(commands)}backend:\n` },
    },
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}applications: [{ appRoot: ., frontend: {} }]\n` },
      says: 'amplify.yml, line 2: "frontend" is not followed: beside "applications" only they count.',
      at: { file: 'amplify.yml', line: 2 },
      passes: {
        ...sound,
        'amplify.yml': 'version: 1\nenv: { variables: { A: 1 } }\napplications: [{ appRoot: ., frontend: {} }]\n',
      },
    },
  ],
  AMPLIFY_APP_NOT_LISTED: [
    {
      trips: { ...sound, 'amplify.yml': 'applications: [{ appRoot: apps/web/ }, { appRoot: docs }]\n' },
      says: 'amplify.yml has no application whose appRoot is "." (it has "apps/web/", "docs"): the app is built by the defaults.',
      passes: { ...sound, 'amplify.yml': 'applications: [{ appRoot: apps/web }, { appRoot: ./ }]\n' },
    },
  ],
  VARIABLE_NAME_REFUSED: [
    {
      trips: {
        ...sound,
        'amplify.yml': `${amplify(commands)}env:\n  variables:\n    API: https://a\n    PATH: /tmp\n`,
      },
      says: /line \d+: a variable may not be named "PATH"/,
      passes: { ...sound, 'amplify.yml': `${amplify(commands)}env:\n  variables:\n    API: https://a\n` },
    },
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}env: { variables: { AWS_SECRET_ACCESS_KEY: x } }\n` },
      says: '"AWS_SECRET_ACCESS_KEY"',
      passes: sound,
    },
  ],
  BASE_DIRECTORY_IGNORED: [
    {
      trips: { ...sound, 'amplify.yml': `${amplify(commands)}  artifacts: { baseDirectory: build }\n` },
      says: 'amplify.yml has baseDirectory "build", which is not followed: the app is rendered by a server',
      passes: { ...sound, 'amplify.yml': `${amplify(commands)}  artifacts: { baseDirectory: ./.next/ }\n` },
    },
  ],
  REDIRECTS_INVALID: [
    {
      trips: {
        ...sound,
        'redirects.json':
          '[\n  { "source": "/a", "target": "/b", "status": "301" },\n  { "source": "/b", "target": "/a", "status": "302" }\n]',
      },
      says: 'redirects.json, line 2: rule 1: it redirects /a in a circle',
      at: { file: 'redirects.json', line: 2 },
      passes: {
        ...sound,
        'redirects.json': '[{ "source": "/a", "target": "/b", "status": "301", "condition": null }]',
      },
    },
    {
      trips: { ...sound, 'redirects.json': '[{ "source": "</^(a+)+$/>", "target": "/b", "status": "301" }]' },
      says: 'run for ever',
      passes: { ...sound, 'redirects.json': '[{ "source": "</^a+$/>", "target": "/b", "status": "301" }]' },
    },
    { trips: { ...sound, 'redirects.json': '{' }, says: 'line 1', passes: sound },
  ],
  CUSTOM_HTTP_INVALID: [
    {
      trips: {
        ...sound,
        'customHttp.yml':
          'customHeaders:\n  - pattern: "**"\n    headers:\n      - key: X-A\n        value: "a\\r\\nb"\n',
      },
      says: 'customHttp.yml, line 5: the value of X-A has a line break',
      at: { file: 'customHttp.yml', line: 5 },
      passes: {
        ...sound,
        'customHttp.yml': 'customHeaders:\n  - pattern: "**"\n    headers: [{ key: X-A, value: a }]\n',
      },
    },
    {
      trips: {
        ...sound,
        'customHttp.yml': 'customHeaders:\n  - pattern: "**"\n    headers:\n      - key: Via\n        value: a\n',
      },
      says: 'the header Via is',
      passes: sound,
    },
    {
      trips: { ...sound, 'customHttp.yml': 'customHeaders:\n  - patern: "**"\n    headers: [{ key: A, value: b }]\n' },
      says: 'line 2: "customHeaders.0.patern" is no key that is known here: "pattern" may be meant.',
      passes: {
        ...sound,
        'customHttp.yml': 'applications:\n  - appRoot: apps/other\n    customHeaders: []\n',
      },
    },
  ],
});
