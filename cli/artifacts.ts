/** What a deployment's tests left: listed, or written into a folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { answer, connect, type TowpathApi } from './api.ts';
import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { table } from './format.ts';
import { dataFolder, findTowpath } from './running.ts';
import type { Verb } from './verb.ts';

export const artifacts: Verb = {
  brief: 'what a deployment’s tests left: reports, screenshots',
  usage: 'artifacts DEPLOYMENT [--out DIR] [--data DIR] [--json]',
  summary:
    'Lists what the test phase of amplify.yml left, of a deployment whose tests failed too; --out writes it into a folder.',

  async run(args) {
    const { values, positionals } = readArguments(args, 1, { out: { type: 'string' } });
    const [id] = positionals;
    if (!id) throw new CliError('Which deployment? "npm run towpath -- list" shows them.', 2);
    const api = connect(findTowpath(dataFolder(values.data)));
    const files = await answer(api.deployments[':id'].artifacts.$get({ param: { id } }));
    if (values.out !== undefined) {
      const folder = resolve(process.env.INIT_CWD ?? '.', values.out);
      for (const { path } of files) await write(folder, path, await contentOf(api, id, path));
    }
    if (values.json) console.log(JSON.stringify({ deployment: id, files }));
    else if (files.length === 0) console.log('It left none: amplify.yml names them under test.artifacts.');
    else
      console.log(
        table(
          ['BYTES', 'FILE'],
          files.map(({ path, bytes }) => [String(bytes), path]),
        ),
      );
    return 0;
  },
};

async function contentOf(api: TowpathApi, id: string, path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let from: number | undefined = 0;
  while (from !== undefined) {
    const query = { path, from: String(from) };
    const page: { content: string; next?: number } = await answer(
      api.deployments[':id'].artifacts.content.$get({ param: { id }, query } as never),
    );
    parts.push(Buffer.from(page.content, 'base64'));
    from = page.next;
  }
  return Buffer.concat(parts);
}

/** Names come from a build, whose code nobody has read: none leads out of the folder. */
async function write(folder: string, path: string, content: Buffer): Promise<void> {
  const file = join(folder, path);
  if (!file.startsWith(folder + sep)) throw new CliError(`The artifact ${path} would be written outside of ${folder}.`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
