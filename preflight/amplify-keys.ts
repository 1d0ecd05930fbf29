/** The keys that amplify.yml may have, and the one that was meant. https://docs.aws.amazon.com/amplify/latest/userguide/yml-specification-syntax.html */

import { nearestKey } from './nearest-key.ts';

/** `null`: anything below. */
interface Keys {
  [key: string]: Keys | null;
}

const phases = (...names: string[]): Keys => Object.fromEntries(names.map((name) => [name, { commands: null }]));
const BUILD_PHASES = phases('preBuild', 'build', 'postBuild');
const ENV: Keys = { variables: null };
const SECTION: Keys = {
  env: ENV,
  backend: { phases: BUILD_PHASES },
  frontend: {
    buildPath: null,
    buildpath: null,
    phases: BUILD_PHASES,
    artifacts: { baseDirectory: null, files: null, 'discard-paths': null },
    cache: { paths: null },
  },
  test: {
    phases: phases('preTest', 'test', 'postTest'),
    artifacts: { baseDirectory: null, configFilePath: null, files: null },
  },
  customHeaders: null,
};
const FILE: Keys = { version: null, ...SECTION, applications: { appRoot: null, ...SECTION } };

/** Whether `key` under `path` is unknown, and which known one is near; undefined for known keys. */
export function unknownKeys(path: string[], key: string): { nearest?: string } | undefined {
  let keys: Keys | null = FILE;
  for (const part of path) {
    const below: Keys | null | undefined = keys[part];
    // Below an unknown key everything is unknown: that one is told.
    if (!below) return undefined;
    keys = below;
  }
  return Object.hasOwn(keys, key) || key === '<<' ? undefined : { nearest: nearestKey(key, Object.keys(keys)) };
}
