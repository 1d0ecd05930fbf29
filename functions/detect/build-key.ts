/** Two builds with equal keys make the same of the same: tree, commands, collector and variables. Pure. */
import { createHash } from 'node:crypto';
import type { Detection } from '../../domain/pipeline.ts';
import type { Question } from './source-digest.ts';

/** Of each build alone, or of where its sources come from. */
const OF_THE_BUILD = new Set(['AWS_COMMIT_ID', 'AWS_JOB_ID', 'AWS_CLONE_URL', 'TOWPATH_DEPLOYMENT_ID']);
/** Of the branch: they count where the sources ask for them. */
const OF_THE_BRANCH = new Set(['AWS_BRANCH', 'AWS_PULL_REQUEST_ID']);

export interface BuildInputs {
  sourceHash: string;
  asked: ReadonlySet<Question>;
  /** Its address counts where the sources ask for it. */
  site: string;
  /** How it is built: buildspec, collector, machine. */
  commands: string[];
  variables: Detection['buildEnvironment'];
  /** Name of each secret → when it was set, and in which version: its value is not seen here. */
  secrets: ReadonlyMap<string, string>;
}

export function buildKey({ sourceHash, asked, site, commands, variables, secrets }: BuildInputs): string {
  const counting = variables.filter(
    ({ Name }) => !OF_THE_BUILD.has(Name) && (asked.has('branch') || !OF_THE_BRANCH.has(Name)),
  );
  const sorted = counting.map(({ Name, Value, Type }) => [Name, Value, Type, secrets.get(Name)]).sort();
  return createHash('sha256')
    .update(JSON.stringify([sourceHash, commands, sorted, ...(asked.has('address') ? [site] : [])]))
    .digest('hex');
}
