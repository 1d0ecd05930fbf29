/**
 * `collect.mjs --app FOLDER --out FOLDER`: the last command of every build. TOWPATH_PUBLISHED_FILES: a PublishedFiles of
 * functions/detect/buildspec.ts, as JSON.
 */
import { parseArgs } from 'node:util';
import { TowpathError } from '../../domain/errors.ts';
import { PublishedFiles } from '../../domain/published-files.ts';
import { collect } from './index.ts';

const say = (line: string) => console.log(`towpath: ${line}`);

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { app: { type: 'string' }, out: { type: 'string' } } });
  if (!values.app || !values.out) {
    console.error('usage: collect.mjs --app FOLDER --out FOLDER');
    return 2;
  }
  const started = performance.now();
  const { TOWPATH_PUBLISHED_FILES: published } = process.env;
  try {
    await collect(values.app, values.out, say, published ? PublishedFiles.parse(JSON.parse(published)) : undefined);
  } catch (error) {
    if (!(error instanceof TowpathError)) throw error;
    console.error(`towpath: ${error.code}: ${error.message}\ntowpath: ${error.remedy}`);
    return 1;
  }
  say(`release bundle written to ${values.out} in ${Math.round(performance.now() - started)} ms`);
  return 0;
}

process.exitCode = await main();
