import { readArguments } from './arguments.ts';
import { CliError } from './errors.ts';
import { untilInterrupted } from './interrupt.ts';
import { progressLines } from './report.ts';
import { dataFolder } from './running.ts';
import type { Verb } from './verb.ts';

const DEFAULT_PORT = 4600;

export const up: Verb = {
  brief: 'starts the local cloud and the Git host, and stays',
  usage: 'up [--port N] [--region REGION] [--data DIR] [--json]',
  summary: 'Starts the local cloud and the Git host, and stays until Ctrl-C.',

  async run(args) {
    const { values } = readArguments(args, 0, {
      port: { type: 'string' },
      region: { type: 'string' },
    });
    const show = progressLines(values.json);
    const folder = dataFolder(values.data);
    const interrupted = untilInterrupted();
    // The local cloud takes a second to load: the other verbs need not wait for it.
    const { startWorkspace } = await import('./workspace.ts');
    const started = performance.now();
    const { running, cloud, stop } = await startWorkspace({
      folder,
      port: readPort(values.port),
      region: values.region,
      log: show,
    });
    if (values.json) console.log(JSON.stringify(running));
    show(`Local cloud ready in ${Math.round(performance.now() - started)} ms

  AWS endpoint   ${running.endpoint}     aws --endpoint-url ${running.endpoint} stepfunctions list-executions …
  credentials    AWS_ACCESS_KEY_ID=${cloud.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${cloud.credentials.secretAccessKey} AWS_REGION=${cloud.region} AWS_DEFAULT_REGION=${cloud.region}
  HTTP API       ${running.api}/v1     TOWPATH_API=${running.api} TOWPATH_TOKEN=${running.token}
  Git remote     ${running.git}/<app>.git
  data           ${folder}
${cloud
  .siteUrls()
  .map(({ url }) => `  site           ${url}\n`)
  .join('')}
Deploy a Next.js app from another terminal:  npm run towpath -- deploy PATH
Ctrl-C ends it.`);
    await interrupted;
    await stop();
    return 0;
  },
};

export function readPort(given: string | undefined): number {
  const port = given === undefined ? DEFAULT_PORT : Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_534)
    throw new CliError(`--port takes a number from 0 to 65534, not "${given}".`, 2);
  return port;
}
