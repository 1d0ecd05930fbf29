/** Settings kept with an app: rewrites, redirects and headers, in the text of the files that could be in its repository instead. */
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { BuildSettings } from '../../domain/build-settings.ts';
import type { AppSettings } from '../../domain/settings.ts';
import { readAmplifyFile } from '../../preflight/amplify-file.ts';
import { readHeadersFile } from '../../preflight/custom-headers.ts';
import { isFinding } from '../../preflight/finding.ts';
import { readRulesFile } from '../../preflight/rewrites.ts';
import type { ApiPorts } from './ports.ts';
import { json, notFound, read } from './read.ts';

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

const bad = (message: string) => new HTTPException(400, { message });
const inLine = (line: number | undefined) => (line === undefined ? '' : ` in line ${line}`);

function rewritesOf(text: string): AppSettings['rewrites'] {
  if (text.trim() === '') return [];
  const found = readRulesFile(text);
  if ('rules' in found) return found.rules;
  const { rule, line, message } = found.problem;
  throw bad(`Rewrites: rule ${rule}${inLine(line)}: ${message}.`);
}

function headersOf(text: string): AppSettings['headers'] {
  if (text.trim() === '') return [];
  const found = readHeadersFile(text, '.');
  if ('problem' in found) throw bad(`Headers${inLine(found.problem.line)}: ${found.problem.message}.`);
  return found.headers ?? [];
}

/** An amplify.yml that is kept is read as one that is committed: what is wrong with it is told now. */
function buildOf(wanted: Record<string, unknown>): BuildSettings {
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
  const build = read(z.strictObject(BuildSettings.shape), given);
  const file = build.amplifyYml === undefined ? undefined : readAmplifyFile('amplify.yml', build.amplifyYml);
  if (file && isFinding(file)) throw bad(`${file.message} ${file.remedy}`);
  return build;
}

export const settingsRoutes = ({ apps, settings }: ApiPorts) => {
  const find = async (id = '') => {
    if (!(await apps.get(id))) throw notFound(`app ${id}`);
    return id;
  };

  return new Hono()
    .get('/', async (context) => context.json(await settings.get(await find(context.req.param('app')))))

    .put('/', json(Change), async (context) => {
      const app = await find(context.req.param('app'));
      const { rewrites, headers, securityHeaders, build } = context.req.valid('json');
      const before = (await settings.get(app)).build;
      await settings.set(app, {
        ...(rewrites !== undefined && { rewrites: rewritesOf(rewrites) }),
        ...(headers !== undefined && { headers: headersOf(headers) }),
        ...(securityHeaders !== undefined && { securityHeaders }),
        ...(build && { build: buildOf({ ...before, ...build }) }),
      });
      return context.json(await settings.get(app));
    });
};
