/** A tiny app whose page says what its build saw, by an amplify.yml that uses all of the grammar. */
import { tinyApp } from './tiny-app.ts';

/** `who` tells which of several files was followed. */
export const amplifyYml = (who: string, test = 'true') => `version: 1
env:
  variables:
    FROM_FILE: ${who}
frontend:
  phases:
    postBiuld: {}
    preBuild:
      commands:
        - npm ci --no-audit --no-fund
        - cd vendor
        - CARRIED=a-variable-and
    build:
      commands:
        - echo "$CARRIED $(basename "$PWD")" > ../title.txt
        - cd ..
        - echo "file $FROM_FILE, app $FROM_APP, node $(node -p 'process.version.split(".")[0]'), tool $(command -v run-s > /dev/null && echo there || echo none)" >> title.txt
        - echo "kept $(cat kept/a.txt 2> /dev/null || echo nothing), left out $(cat kept/not/b.txt 2> /dev/null || echo nothing)" >> title.txt
        - mkdir -p kept/not && echo a > kept/a.txt && echo b > kept/not/b.txt
        - npm run build
    postBuild:
      commands:
        - cp -r out published
        - echo after > published/after.txt && echo map > published/left-out.map
  artifacts:
    baseDirectory: published
    files: ['**/*.html', _next/**/*, after.txt]
    discard-paths: no
  cache:
    paths: ['kept/**/*', '!kept/not/**/*']
test:
  phases:
    test:
      commands:
        - mkdir -p reports/deep && echo 1 passed > reports/deep/result.txt && echo noise > reports/noise.log && echo '{}' > reports/deep/report.json
        - ${test}
  artifacts:
    baseDirectory: reports
    configFilePath: '**/report.json'
    files: ['**/*.txt']
`;

/** The same in the form for a repository of many apps, of which this one is in its root. */
export function amplifyYmlOfMany(who: string): string {
  const [version, ...lines] = amplifyYml(who).trimEnd().split('\n');
  const own = lines.map((line) => `    ${line}`);
  const other = '  - appRoot: apps/other\n    frontend: { phases: { build: { commands: [exit 9] } } }';
  return [version, 'applications:', other, '  - appRoot: .', ...own, ''].join('\n');
}

/** Built by npm-run-all: what its scripts run is all that tells that it is exported. */
export function builtByRunner(): Record<string, string> {
  const manifest = JSON.parse(tinyApp('')['package.json'] ?? '');
  const scripts = {
    build: 'run-s build:*',
    'build:gate': 'node build-of-a-tiny-app.mjs',
    'build:next': 'node node_modules/next/bin.js build # next build && next export',
  };
  return { 'package.json': JSON.stringify({ ...manifest, scripts }), 'next.config.js': 'module.exports = {};\n' };
}

export const builtApp = (): Record<string, string> => tinyApp('not built yet');
