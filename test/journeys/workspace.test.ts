/** The local cloud as a process: two at once, a port in use, a folder in use, a corrupt folder. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, expect, test } from '@jest/globals';
import { startWorkspace, type Workspace } from '../../cli/workspace.ts';

const folders: string[] = [];
const started: Workspace[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'towpath-workspace-'));
  folders.push(folder);
  return folder;
};
const start = async (folder: string, port = 0) => {
  const workspace = await startWorkspace({ folder, port, log: () => {} });
  started.push(workspace);
  return workspace;
};

afterEach(async () => {
  for (const workspace of started.splice(0)) await workspace.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('two run side by side in one process', async () => {
  const [one, other] = [await start(newFolder()), await start(newFolder())];
  expect(one.running.endpoint).not.toBe(other.running.endpoint);
  expect(one.running.token).not.toBe(other.running.token);
  for (const { cloud } of [one, other]) {
    const client = new SFNClient({ endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials });
    const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
    client.destroy();
    expect(stateMachines?.map(({ name }) => name)).toContain('towpath-dev-deploy');
  }
});

test('a restart keeps its secrets and finds the stack as it was', async () => {
  const folder = newFolder();
  const first = await start(folder);
  await started.pop()?.stop();
  const second = await start(folder);
  expect(second.running.token).toBe(first.running.token);
  expect(second.cloud.outputs.HttpApiId).toBe(first.cloud.outputs.HttpApiId);
});

test('a port in use is named', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as AddressInfo;
  await expect(start(newFolder(), port)).rejects.toThrow(String(port));
  await new Promise((resolve) => holder.close(resolve));
});

test('a second local cloud on the same folder is refused', async () => {
  const folder = newFolder();
  await start(folder);
  await expect(start(folder)).rejects.toThrow(folder);
});

test('a corrupt data folder is named, with what to do', async () => {
  const folder = newFolder();
  await start(folder);
  await started.pop()?.stop();
  const database = readdirSync(join(folder, 'cloud')).find((name) => /\.(sqlite|db)$/.test(name)) ?? '';
  writeFileSync(
    join(folder, 'cloud', database),
    'this is no database at all, and long enough to be read as one'.repeat(100),
  );
  await expect(start(folder)).rejects.toThrow(database);
});
