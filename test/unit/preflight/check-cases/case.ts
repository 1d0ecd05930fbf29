/** What the cases of checks are made of. */
import type { AccountUse } from '../../../../preflight/account.ts';
import type { CheckCode } from '../../../../preflight/catalogue.ts';
import type { Files } from '../support.ts';

/** A tree that trips the check, with what it says, and the nearest tree that does not. */
export interface Case {
  trips: Files;
  /** Begins or is part of what the finding says. */
  says: string | RegExp;
  passes: Files;
  appRoot?: string;
  /** Of an account that is nearly full, and of one that is not. */
  account?: { trips: AccountUse; passes: AccountUse };
  at?: { file: string; line?: number; column?: number };
}

export const checkCases = <Code extends CheckCode>(cases: Record<Code, Case[]>) => cases;

export const manifest = (change: object = {}) =>
  JSON.stringify({ name: 'shop', scripts: { build: 'next build' }, dependencies: { next: '^15.5.0' }, ...change });
export const lock = (version: string) =>
  JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/next': { version } } });
export const sound: Files = { 'package.json': manifest(), 'package-lock.json': lock('15.5.29') };
export const amplify = (build: string) => `version: 1\nfrontend:\n  phases:\n    build:\n${build}`;
export const commands = '      commands: [npm run build]\n';
