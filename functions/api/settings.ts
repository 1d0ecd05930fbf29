/** Settings kept with an app: rewrites, redirects and headers, in the text of the files that could be in its repository instead. */
import { Hono } from 'hono';
import * as z from 'zod';
import { BuildSettings } from '../../domain/build-settings.ts';
import type { AppSettings } from '../../domain/settings.ts';
import { amplifySettings } from '../../preflight/amplify.ts';
import { readHeadersFile } from '../../preflight/custom-headers.ts';
import { finding, isFinding } from '../../preflight/finding.ts';
import { readRulesFile } from '../../preflight/rewrites.ts';
import { repositoryRules } from '../../preflight/site-rules.ts';
import { normalRoot } from '../../preflight/source-tree.ts';
import { refusedAs } from './errors.ts';
import type { ApiPorts } from './ports.ts';
import { appOf, json, read } from './read.ts';

const Text = z.string().max(300_000);
const Change = z.object({
  /** As redirects.json; empty for none. */
  rewrites: Text.optional(),
  /** As customHttp.yml; empty for none. */
  headers: Text.optional(),
  securityHeaders: z.boolean().optional(),
  /** Those that are not given stay as they are; null takes one away. */
  build: z.record(z.string(), z.unknown()).optional(),
});

const inLine = (line: number | undefined) => (line === undefined ? '' : ` in line ${line}`);

function rewritesOf(text: string): AppSettings['rewrites'] {
  if (text.trim() === '') return [];
  const found = readRulesFile(text);
  if ('rules' in found) return found.rules;
  const { rule, line, message } = found.problem;
  throw refusedAs(finding('REDIRECTS_INVALID', `Rewrites: rule ${rule}${inLine(line)}: ${message}.`));
}

function headersOf(text: string): AppSettings['headers'] {
  if (text.trim() === '') return [];
  const found = readHeadersFile(text, '.');
  if ('problem' in found) {
    const { line, message } = found.problem;
    throw refusedAs(finding('CUSTOM_HTTP_INVALID', `Headers${inLine(line)}: ${message}.`));
  }
  return found.headers ?? [];
}

/** An amplify.yml that is kept is read as one that is committed: what is wrong with it is told now. */
function buildOf(wanted: Record<string, unknown>, appRoot: string): BuildSettings {
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
  const build = read(z.strictObject(BuildSettings.shape), given);
  if (build.amplifyYml === undefined) return build;
  const root = normalRoot(appRoot);
  const file = amplifySettings(new Map([['amplify.yml', build.amplifyYml]]), root);
  if (!file) return build;
  const found = isFinding(file) ? [file] : [...file.findings, ...repositoryRules(new Map(), root, file).findings];
  const refused = found.find(({ severity }) => severity === 'error');
  if (refused) throw refusedAs(refused);
  return build;
}

export const settingsRoutes = ({ apps, settings }: ApiPorts) => {
  return new Hono()
    .get('/', async (context) => context.json(await settings.get((await appOf(context, apps)).id)))

    .put('/', json(Change), async (context) => {
      const { id: app, appRoot } = await appOf(context, apps);
      const { rewrites, headers, securityHeaders, build } = context.req.valid('json');
      const before = (await settings.get(app)).build;
      await settings.set(app, {
        ...(rewrites !== undefined && { rewrites: rewritesOf(rewrites) }),
        ...(headers !== undefined && { headers: headersOf(headers) }),
        ...(securityHeaders !== undefined && { securityHeaders }),
        ...(build && { build: buildOf({ ...before, ...build }, appRoot) }),
      });
      return context.json(await settings.get(app));
    });
};
